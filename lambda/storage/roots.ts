import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { SchemaError } from '../query/errors';
import { isWithin, localFolders, realFolders } from './confinement';
import { formatLocation, parseLocation } from './location';
import type { S3Location } from './location';

/**
 * Resolves a base path from outside against the folders and S3 prefixes that it must lie in.
 *
 * A relative path is tried under each root in turn. What lies outside the roots and what does not exist are refused
 * alike, so that nobody learns what there is elsewhere.
 *
 * @param roots paths, or `s3://bucket/prefix`
 * @returns the folder's real path, links followed; for S3 the base path in its one form
 * @throws SchemaError at `/basepath`
 */
export async function resolveWithinRoots(basepath: string, roots: readonly string[]): Promise<string> {
  const refused = new SchemaError(`There is no folder '${basepath}' under the roots that this server was started with.`, '/basepath');
  const location = parseLocation(basepath);
  if (location.kind === 's3') {
    if (!roots.map(parseLocation).some((root) => root.kind === 's3' && holds(root, location))) {
      throw refused;
    }
    return formatLocation(location);
  }
  if (basepath.split(/[/\\]/).includes('..')) {
    throw refused;
  }
  // A relative path is relative to the roots, not to where the server was started.
  const given = isRelative(basepath) ? basepath : location.folder;
  const real = await realFolders(roots);
  for (const folder of [...localFolders(roots), ...real]) {
    const candidate = path.resolve(folder, given);
    // Only what is named as lying within a root is looked at.
    const resolved = isWithin(candidate, folder) ? await realFolder(candidate) : null;
    if (resolved !== null && real.some((root) => isWithin(resolved, root))) {
      return resolved;
    }
  }
  throw refused;
}

function isRelative(basepath: string): boolean {
  return !path.isAbsolute(basepath) && !basepath.includes('://');
}

/** Whether an S3 location is a root or lies under it; prefixes end with a slash, so whole segments are compared. */
function holds(root: S3Location, location: S3Location): boolean {
  return location.bucket === root.bucket && location.prefix.startsWith(root.prefix);
}

/** The folder's path without links; null where it is none, or cannot be reached. */
async function realFolder(candidate: string): Promise<string | null> {
  try {
    const resolved = await realpath(candidate);
    return (await stat(resolved)).isDirectory() ? resolved : null;
  } catch {
    return null;
  }
}
