/** Installs Debian packages for tests. Plain JavaScript without packages, as all of the set-up. */
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Debian's scripts ask this program whether a package's daemon may be started; https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt */
const policyFile = '/usr/sbin/policy-rc.d';

/** Why packages could not be installed, and what to do instead. */
export class InstallError extends Error {}

/** Path of a program, or null where it is not installed. */
export function findProgram(name, folders = (process.env.PATH ?? '').split(path.delimiter)) {
  const candidates = folders.filter((folder) => folder !== '').map((folder) => path.join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

/** Installs packages system-wide. Needs root. The daemons in them are not started. */
export function installPackages(packages) {
  requireApt();
  withoutStartingDaemons(() => {
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]);
  });
}

/**
 * Unpacks packages, and those of their dependencies that the system lacks, into a folder. Needs no rights beyond those
 * on the folder. Their programs find their libraries only with `LD_LIBRARY_PATH`.
 */
export function unpackPackages(packages, folder) {
  requireApt();
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(path.join(parent, 'unpacking-'));
  try {
    const lists = path.join(work, 'lists');
    mkdirSync(path.join(lists, 'partial'), { recursive: true });
    const apt = [`-oDir::State::Lists=${lists}`, `-oDir::Cache=${work}`, '-oAPT::Sandbox::User='];
    run('apt-get', [...apt, 'update', '-q']);
    const plan = run('apt-get', [...apt, 'install', '-s', '-q', '--no-install-recommends', ...packages]);
    const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
    const archives = path.join(work, 'archives');
    const files = path.join(work, 'files');
    [archives, files].forEach((each) => mkdirSync(each, { recursive: true }));
    run('apt-get', [...apt, 'download', '-q', ...missing], archives);
    readdirSync(archives)
      .filter((name) => name.endsWith('.deb'))
      .forEach((name) => run('dpkg', ['-x', path.join(archives, name), files]));
    rmSync(folder, { recursive: true, force: true });
    renameSync(files, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Where programs are kept that were installed without root's rights: shared by all clones of one user. */
export function cacheFolder() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'funnel-rocket');
}

export function isRoot() {
  return process.getuid?.() === 0;
}

function requireApt() {
  if (findProgram('apt-get') === null) {
    throw new InstallError('this system has no apt-get');
  }
}

/** A policy that was there before is put back, also when the installation fails. */
function withoutStartingDaemons(install) {
  const kept = `${policyFile}.kept-by-funnel-rocket`;
  const hadPolicy = existsSync(policyFile);
  if (hadPolicy) {
    renameSync(policyFile, kept);
  }
  try {
    writeFileSync(policyFile, '#!/bin/sh\nexit 101\n');
    chmodSync(policyFile, 0o755);
    install();
  } finally {
    rmSync(policyFile, { force: true });
    if (hadPolicy) {
      renameSync(kept, policyFile);
    }
  }
}

function run(command, args, cwd = '/') {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error || status !== 0) {
    const reason = error ? error.message : stderr.trim().split('\n').slice(-3).join(' ');
    throw new InstallError(`\`${command} ${args.join(' ')}\` failed: ${reason}`);
  }
  return stdout;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
