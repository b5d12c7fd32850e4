/**
 * Sees to it that the tests of the built functions find what Lambda's Node.js runtime is made of: AWS's runtime interface
 * client, and Node.js 24 (about 200 MB), kept in the user's cache. `node scripts/install-lambda-runtime.mjs [--where]`;
 * with `--where`, prints the folder and installs nothing.
 *
 * The client's native part is not built, which would take a compiler and minutes: test/harness has one in JavaScript.
 * Where installing is impossible, those tests are skipped, and this says so; in CI it is a failure.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './setup/debian-packages.mjs';

const recipe = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'test', 'harness', 'lambda-runtime');
const lock = readFileSync(path.join(recipe, 'package-lock.json'));
const folder = path.join(cacheFolder(), `lambda-runtime-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`);

function install() {
  process.stderr.write('frocket set-up: installing Lambda\'s Node.js runtime for the tests …\n');
  mkdirSync(cacheFolder(), { recursive: true });
  const workshop = mkdtempSync(path.join(cacheFolder(), 'installing-'));
  try {
    ['package.json', 'package-lock.json'].forEach((name) => copyFileSync(path.join(recipe, name), path.join(workshop, name)));
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status, error, stderr } = spawnSync('npm', args, { cwd: workshop, encoding: 'utf8', shell: process.platform === 'win32' });
    if (error || status !== 0) {
      throw new Error(`\`npm ${args.join(' ')}\` failed: ${error?.message ?? stderr.trim().split('\n').slice(-3).join(' ')}`);
    }
    try {
      renameSync(workshop, folder);
    } catch (error) {
      // Another process was faster.
      if (!existsSync(folder)) {
        throw error;
      }
    }
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

if (process.argv.includes('--where')) {
  process.stdout.write(existsSync(folder) ? folder : '');
} else if (!existsSync(folder)) {
  try {
    install();
  } catch (error) {
    process.stderr.write(`WARNING: Lambda's runtime could not be installed: ${error.message}. The tests of the built functions are SKIPPED without it.\n`);
    process.exitCode = process.env.CI ? 1 : 0;
  }
}
