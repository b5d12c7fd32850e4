import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import type { CacheReport } from './part-cache-process';
import { keys } from './part-cache-samples';
import { temporaryFolder } from './temporary-folder';

const folder = temporaryFolder();
const directory = () => path.join(folder.path, 'cache');

beforeEach(() => {
  buildSync({
    entryPoints: [path.join(__dirname, 'part-cache-process.ts')],
    outfile: path.join(folder.path, 'process.cjs'),
    bundle: true,
    platform: 'node',
    logLevel: 'warning',
  });
});

/** A process that works on the cache folder; @see part-cache-process.ts */
function start(maxBytes: number, rounds: number, largestFile: number | 'unlimited' = 'unlimited'): ChildProcess {
  const blocks = largestFile === 'unlimited' ? largestFile : largestFile / 512;
  const command = `ulimit -f ${blocks}; exec "$0" "$@"`;
  return spawn('/bin/sh', ['-c', command, process.execPath, path.join(folder.path, 'process.cjs'), directory(), String(maxBytes), String(rounds)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function reportOf({ stdout }: ChildProcess): Promise<CacheReport> {
  if (stdout === null) throw new Error('a process without output');
  const lines = (await text(stdout)).trim().split('\n');
  return JSON.parse(lines[lines.length - 1]) as CacheReport;
}

function files(): string[] {
  const names = readdirSync(directory(), { recursive: true, encoding: 'utf8' });
  return names.map((name) => path.join(directory(), name)).filter((file) => statSync(file).isFile());
}

const ROOM_FOR_ALL = 10_000_000;
/** For about a third of the parts. */
const LITTLE_ROOM = 20_000;

describe('A cache folder', () => {
  test('shared by processes without room for all of it gives each what its files hold', async () => {
    const reports = await Promise.all([start(LITTLE_ROOM, 12), start(LITTLE_ROOM, 12), start(LITTLE_ROOM, 12)].map(reportOf));

    for (const report of reports) {
      expect(report).toMatchObject({ wrong: 0, warnings: [] });
    }
    const bytes = files().reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeLessThan(LITTLE_ROOM * 1.25);
  }, 60_000);

  test('serves one process what another has written', async () => {
    await reportOf(start(ROOM_FOR_ALL, 1));

    expect(await reportOf(start(ROOM_FOR_ALL, 1))).toEqual({ hits: keys.length, misses: 0, wrong: 0, warnings: [] });
    expect(statSync(directory()).mode & 0o077).toBe(0);
  }, 60_000);

  test('is whole after kill -9 at any moment', async () => {
    for (let kill = 0; kill < 8; kill++) {
      const child = start(LITTLE_ROOM, 0);
      if (child.stdout === null) throw new Error('a process without output');
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, kill * 5));
      child.kill('SIGKILL');
      await once(child, 'exit');
    }

    expect(await reportOf(start(LITTLE_ROOM, 2))).toMatchObject({ wrong: 0, warnings: [] });
  }, 60_000);

  test('is rid of what a crash left unfinished, and of nothing that is not its own', async () => {
    await reportOf(start(ROOM_FOR_ALL, 1));
    const [file, other] = files();
    // So that there is something to write, which is when room is made.
    rmSync(other);
    const unfinished = `${file}.01234567-89ab-cdef-0123-456789abcdef.unfinished`;
    const foreign = path.join(directory(), 'part-0.parquet');
    for (const name of [unfinished, foreign]) writeFileSync(name, 'x'.repeat(30_000));
    utimesSync(unfinished, 0, 0);
    utimesSync(foreign, 0, 0);
    await reportOf(start(LITTLE_ROOM, 1));

    expect(files()).toContain(foreign);
    expect(files()).not.toContain(unfinished);
  }, 60_000);

  test('that takes no more is said to be so once, and harms no query', async () => {
    const report = await reportOf(start(ROOM_FOR_ALL, 2, 512));

    expect(report).toMatchObject({ hits: 0, misses: 2 * keys.length, wrong: 0 });
    expect(report.warnings).toEqual([expect.stringMatching(/cannot be written.*EFBIG/)]);
    expect(files()).toEqual([]);
  }, 60_000);

  test('that cannot be made is said to be so once, and harms no query', async () => {
    writeFileSync(directory(), 'a file where the folder should be');
    const report = await reportOf(start(ROOM_FOR_ALL, 2));

    expect(report).toMatchObject({ hits: 0, misses: 2 * keys.length, wrong: 0 });
    expect(report.warnings).toEqual([expect.stringMatching(/cannot be written/)]);
    expect(readFileSync(directory(), 'utf8')).toBe('a file where the folder should be');
  }, 60_000);
});
