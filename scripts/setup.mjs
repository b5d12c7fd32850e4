/**
 * Makes the clone ready to run: installs packages where they are missing, bundles the sources where they changed.
 * `node scripts/setup.mjs [--test]`; with `--test` also what only the tests need. Silent when there is nothing to do.
 *
 * Plain JavaScript without packages, since it runs before any is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { freshness, isBuilt } from './setup/freshness.mjs';
import { withLock } from './setup/lock.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** What only the tests need: each script installs one program where it is missing. */
const testInstallers = ['scripts/install-redis.mjs', 'scripts/install-ceph.mjs', 'scripts/install-lambda-runtime.mjs'];

/** Brings packages and bundles up to date; safe to call from several processes at once. Throws with a readable message. */
export async function setUp({ forTests = false } = {}) {
  refuseOldNode();
  if (!isBuilt(root)) {
    await withLock(path.join(root, 'dist', 'setup.lock'), async () => {
      if (!packagesAreInstalled()) {
        installPackages();
      }
      // A second process has waited for the lock, and finds nothing left to do.
      if (!isBuilt(root)) {
        await bundle();
      }
    });
  }
  linkCommand();
  if (forTests) {
    testInstallers.filter((script) => existsSync(path.join(root, script))).forEach((script) => run(process.execPath, [script]));
  }
}

function refuseOldNode() {
  const { engines } = readJson('package.json');
  const wanted = engines.node.match(/\d+/g).map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
    throw new Error(`Funnel Rocket needs Node.js ${engines.node}, and this is ${process.version}. Install a newer one from https://nodejs.org.`);
  }
}

/** Whether each package of the lock file is there in its version. Compares contents: times change with every checkout. */
function packagesAreInstalled() {
  const installedList = path.join('node_modules', '.package-lock.json');
  if (!existsSync(path.join(root, installedList))) {
    return false;
  }
  const installed = readJson(installedList).packages;
  return Object.entries(readJson('package-lock.json').packages).every(
    ([folder, wanted]) =>
      folder === '' || (installed[folder] ? installed[folder].version === wanted.version : wanted.optional === true),
  );
}

function installPackages() {
  progress('installing packages (npm ci) …');
  // Development packages are needed too: the bundler is one.
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

async function bundle() {
  progress('building …');
  const state = freshness(root);
  const { build } = await import(pathToFileURL(path.join(root, 'scripts', 'build.mjs')).href);
  await build(state);
}

/** `npx frocket` looks here first: it saves npx the install of this package into its own cache, and the question before. */
function linkCommand() {
  const link = path.join(root, 'node_modules', '.bin', 'frocket');
  if (process.platform !== 'win32' && !lstatSync(link, { throwIfNoEntry: false })) {
    try {
      symlinkSync(path.join('..', '..', 'scripts', 'frocket.mjs'), link);
    } catch (error) {
      // Made by another process meanwhile, or a read-only clone: npx finds the command all the same, only slower.
      if (!['EEXIST', 'EROFS', 'EACCES', 'EPERM'].includes(error.code)) {
        throw error;
      }
    }
  }
}

/** Runs a program in the repository's root. Its output goes to stderr: stdout belongs to the command that needed the set-up. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (error || status !== 0) {
    throw new Error(`\`${command} ${args.join(' ')}\` in ${root} failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`);
  }
}

function readJson(name) {
  return JSON.parse(readFileSync(path.join(root, name), 'utf8'));
}

function progress(line) {
  process.stderr.write(`frocket set-up: ${line}\n`);
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  setUp({ forTests: process.argv.includes('--test') }).catch((error) => {
    progress(error.message);
    process.exitCode = 1;
  });
}
