/**
 * Sees to it that the tests find a Redis server: installs Debian's where none is there, without starting it.
 * `node scripts/install-redis.mjs [--which]`; with `--which`, prints the program's path and installs nothing.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, findProgram, InstallError, installPackages, isRoot, unpackPackages } from './setup/debian-packages.mjs';

const ownPrograms = path.join(cacheFolder(), 'bin');

function findRedis() {
  return findProgram('redis-server') ?? findProgram('redis-server', [ownPrograms]);
}

function install() {
  process.stderr.write('frocket set-up: installing redis-server for the tests …\n');
  if (isRoot()) {
    installPackages(['redis-server']);
  } else {
    unpackRedis();
  }
}

/** A script stands for the unpacked program, so that nobody else need know of its libraries. `exec` keeps the process ID. */
function unpackRedis() {
  const folder = path.join(cacheFolder(), 'redis');
  unpackPackages(['redis-server'], folder);
  mkdirSync(ownPrograms, { recursive: true });
  const program = path.join(ownPrograms, 'redis-server');
  writeFileSync(
    program,
    [
      '#!/bin/sh',
      `folder='${folder.replaceAll("'", String.raw`'\''`)}'`,
      'for libraries in "$folder"/usr/lib/*-linux-gnu*; do LD_LIBRARY_PATH="$libraries:$LD_LIBRARY_PATH"; done',
      'export LD_LIBRARY_PATH',
      'exec "$folder/usr/bin/redis-server" "$@"',
      '',
    ].join('\n'),
  );
  chmodSync(program, 0o755);
}

try {
  if (process.argv.includes('--which')) {
    process.stdout.write(findRedis() ?? '');
  } else if (findRedis() === null) {
    install();
  }
} catch (error) {
  if (!(error instanceof InstallError)) {
    throw error;
  }
  process.stderr.write(
    `No redis-server was found, and ${error.message}. Install Redis 7 or Valkey so that \`redis-server\` is in the PATH ` +
      '(Debian: apt install redis-server; macOS: brew install redis), then run this again.\n',
  );
  process.exitCode = 1;
}
