import { SchemaError } from '../query/errors';
import { openStorage } from '../storage/open-storage';
import { resolveWithinRoots } from '../storage/roots';
import type { Storage } from '../storage/storage';
import { OutsideRootsError } from './errors';

/**
 * Opens a dataset's base path, which must lie within a worker's roots.
 *
 * @param roots folders and S3 prefixes; null: all that this process may read
 * @throws OutsideRootsError
 */
export async function openBasepath(basepath: string, roots: readonly string[] | null): Promise<Storage> {
  if (roots === null) {
    return openStorage(basepath);
  }
  try {
    return openStorage(await resolveWithinRoots(basepath, roots), { confineTo: roots });
  } catch (error) {
    throw error instanceof SchemaError ? new OutsideRootsError(basepath) : error;
  }
}
