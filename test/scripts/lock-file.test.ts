import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repository } from './run-frocket';

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const lock = JSON.parse(readFileSync(path.join(repository, 'package-lock.json'), 'utf8')) as LockFile;

/** Node.js looks for a package in the folder's own node_modules, then upwards. */
function isLocked(folder: string, name: string): boolean {
  const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
  return place in lock.packages || (folder !== '' && isLocked(folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''), name));
}

// npm leaves them out when the registry it asks lacks them, and `npm ci` then refuses the lock file.
test('the lock file holds the optional packages of all platforms, as npm ci demands', () => {
  const missing = Object.entries(lock.packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(folder, name)),
  );
  expect(missing).toEqual([]);
});
