import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** What the bundles are made of, relative to the repository's root; the last one tells which packages are installed. */
const sources = ['lambda', 'scripts', 'package-lock.json', 'node_modules/.package-lock.json'];

/** Path of the file that holds the state of the sources which the bundles were made of. */
export function stampOf(root) {
  return path.join(root, 'dist', 'built-from');
}

/** Whether the bundles are there and made of the sources as they are now. */
export function isBuilt(root) {
  const stamp = stampOf(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === freshness(root);
}

/**
 * A digest of all sources' paths, sizes and times. Compared for equality, so that deleted files and files restored with
 * an older time count too; the newest time alone would miss both.
 */
export function freshness(root) {
  const digest = createHash('sha256').update(process.version);
  for (const source of sources) {
    for (const file of filesUnder(path.join(root, source))) {
      const { size, mtimeMs } = statSync(file);
      digest.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
    }
  }
  return digest.digest('hex');
}

function filesUnder(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    return [];
  }
  if (!found.isDirectory()) {
    return [file];
  }
  return readdirSync(file)
    .sort()
    .flatMap((name) => filesUnder(path.join(file, name)));
}
