import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { finished, frocket, frocketFile, repository } from './run-frocket';
import type { Finished } from './run-frocket';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'frocket-set-up-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Runs a module's text with one of the set-up's own modules imported as `tested`: they are plain JavaScript. */
function runWith(name: string, code: string): Promise<Finished> {
  const url = pathToFileURL(path.join(repository, 'scripts/setup', name)).href;
  return finished(spawn(process.execPath, ['--input-type=module', '--eval', `import * as tested from '${url}'; ${code}`]));
}

describe('the lock', () => {
  const work = (lock: string, log: string) => `
    const { appendFileSync } = await import('node:fs');
    await tested.withLock(${JSON.stringify(lock)}, async () => {
      appendFileSync(${JSON.stringify(log)}, 'in ');
      await new Promise((resolve) => setTimeout(resolve, 50));
      appendFileSync(${JSON.stringify(log)}, 'out ');
    });`;

  test('lets one process in at a time', async () => {
    const log = path.join(folder, 'log');
    const all = await Promise.all(Array.from({ length: 4 }, () => runWith('lock.mjs', work(path.join(folder, 'made', 'lock'), log))));
    all.forEach(({ code, stderr }) => expect({ code, stderr }).toEqual({ code: 0, stderr: '' }));
    expect(await readFile(log, 'utf8')).toBe('in out '.repeat(4));
  });

  test('is taken over from processes that ended without giving it back', async () => {
    const lock = path.join(folder, 'lock');
    const { stdout: endedProcess } = await runWith('lock.mjs', 'console.log(process.pid)');
    await writeFile(lock, endedProcess.trim());
    const log = path.join(folder, 'log');
    await Promise.all([1, 2].map(() => runWith('lock.mjs', work(lock, log))));
    expect(await readFile(log, 'utf8')).toBe('in out in out ');
  });

  test('is given back where the work fails', async () => {
    const lock = JSON.stringify(path.join(folder, 'lock'));
    const { stdout } = await runWith(
      'lock.mjs',
      `await tested.withLock(${lock}, () => { throw new Error('no'); }).catch((error) => console.log(error.message));
       await tested.withLock(${lock}, () => console.log('again'));`,
    );
    expect(stdout).toBe('no\nagain\n');
  });
});

describe('the state of the sources', () => {
  async function stateOf(): Promise<string> {
    const { stdout } = await runWith('freshness.mjs', `console.log(tested.freshness(${JSON.stringify(folder)}))`);
    return stdout.trim();
  }

  beforeEach(async () => {
    await mkdir(path.join(folder, 'lambda', 'deep'), { recursive: true });
    await writeFile(path.join(folder, 'lambda', 'deep', 'a.ts'), 'a');
    await writeFile(path.join(folder, 'lambda', 'b.ts'), 'b');
  });

  test('stays while nothing changes', async () => {
    expect(await stateOf()).toBe(await stateOf());
  });

  test.each([
    ['a file changes', () => writeFile(path.join(folder, 'lambda', 'deep', 'a.ts'), 'aa')],
    ['a file gets an older time', () => utimes(path.join(folder, 'lambda', 'b.ts'), 1, 1)],
    ['a file is gone', () => rm(path.join(folder, 'lambda', 'b.ts'))],
    ['packages are installed', async () => {
      await mkdir(path.join(folder, 'node_modules'));
      await writeFile(path.join(folder, 'node_modules', '.package-lock.json'), '{}');
    }],
  ])('differs when %s', async (_, change) => {
    const before = await stateOf();
    await change();
    expect(await stateOf()).not.toBe(before);
  });
});

test('too old a Node.js is refused by name', async () => {
  const url = pathToFileURL(path.join(repository, 'scripts/setup.mjs')).href;
  const { stdout } = await finished(
    spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `Object.defineProperty(process, 'versions', { value: { node: '18.19.1' } });
       Object.defineProperty(process, 'version', { value: 'v18.19.1' });
       const { setUp } = await import('${url}');
       await setUp().catch((error) => console.log(error.message));`,
    ]),
  );
  expect(stdout).toMatch(/needs Node\.js >=20\.15, and this is v18\.19\.1/);
});

test('once set up, the command starts without a word of set-up', async () => {
  await frocket(['--help']);
  const { code, stderr } = await frocket(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('npx finds the command in node_modules/.bin, where it looks first', async () => {
  await frocket(['--help']);
  expect(await readFile(path.join(repository, 'node_modules', '.bin', 'frocket'), 'utf8')).toBe(await readFile(frocketFile, 'utf8'));
});
