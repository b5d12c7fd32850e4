import { exec, execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { frocket, frocketFile, repository } from './run-frocket';

const run = promisify(execFile);
const runLine = promisify(exec);

test('the demo shows a funnel, and the commands it suggests work when pasted', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'frocket-demo-'));
  const circumstances = { cwd: folder, env: { ...process.env, FROCKET_API_URL: undefined, FROCKET_DATA_DIR: path.join(folder, 'data') } };
  await frocket(['--help']);
  const { stdout } = await run(process.execPath, [path.join(repository, 'dist/demo.mjs')], circumstances);
  expect(stdout).toMatch(/Sample dataset: 400,\d{3} events of [\d,]+ users/);
  expect(stdout).toMatch(/"relation": "\$interested and \(\$mobile or \$decided\)"/);
  expect(stdout).toMatch(/1\. event == "view"[^]*2\. event == "add_to_cart"[^]*3\. event == "purchase"\n.*% of previous .*% overall/);
  expect(stdout).toMatch(/[\d.]+ s · 8 parts · 400,\d{3} rows scanned/);

  const suggested = [...stdout.matchAll(/^ {2}npx frocket (?!serve)(.*)$/gm)].map(([, args]) => args);
  expect(suggested).toHaveLength(3);
  for (const args of suggested) {
    // npx itself adds nothing but time here.
    const answer = await runLine(`"${process.execPath}" "${frocketFile}" ${args}`, circumstances);
    expect(answer.stdout).toMatch(/event/);
  }

  const again = await run(process.execPath, [path.join(repository, 'dist/demo.mjs')], circumstances);
  expect(again.stdout).toContain('made before');
  await rm(folder, { recursive: true });
}, 120_000);
