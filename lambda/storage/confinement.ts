import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { parseLocation } from './location';

/** Whether a path is a folder or lies in it. Both absolute; links are not followed. */
export function isWithin(candidate: string, folder: string): boolean {
  const relative = path.relative(folder, candidate);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** Real paths of those roots that are folders of the file system and exist. */
export async function realFolders(roots: readonly string[]): Promise<string[]> {
  const folders = localFolders(roots).map((folder) => realpath(folder).catch(() => null));
  return (await Promise.all(folders)).filter((folder) => folder !== null);
}

/** Absolute paths, links not followed, of those roots that are folders of the file system. */
export function localFolders(roots: readonly string[]): string[] {
  return roots
    .map(parseLocation)
    .filter((location) => location.kind === 'local')
    .map(({ folder }) => folder);
}
