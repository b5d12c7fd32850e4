import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PartFile } from '../datastore/dataset';
import { isWithin, realFolders } from './confinement';
import { AccessDeniedError } from './errors';
import { localEtag, LocalSource } from './local-source';
import { errorCode, localError } from './local-errors';
import { namePattern } from './name-pattern';
import type { PartSource, Storage } from './storage';

/** A folder of the file system. Links to files count as files; other things than regular files do not. */
export class LocalStorage implements Storage {
  /**
   * @param folder absolute path
   * @param confineTo folders (`s3://` roots are skipped) that files must lie in once links are followed
   */
  constructor(
    private readonly folder: string,
    private readonly confineTo?: readonly string[],
  ) {}

  async list(pattern: string): Promise<PartFile[]> {
    const matches = namePattern(pattern);
    const names = (await this.#names()).filter(matches).sort();
    const confinement = await this.#realConfinement();
    const parts = await Promise.all(names.map((name) => this.#describe(name, confinement)));
    return parts.filter((part) => part !== null);
  }

  open(part: PartFile): PartSource {
    const file = path.join(this.folder, part.filename);
    return new LocalSource(file, part, async () => confinedPath(file, await this.#realConfinement()));
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      throw localError(this.folder, error);
    }
  }

  /** Null for what is no regular file, or is gone meanwhile. */
  async #describe(name: string, confinement: readonly string[] | null): Promise<PartFile | null> {
    const file = path.join(this.folder, name);
    try {
      const found = await stat(await confinedPath(file, confinement), { bigint: true });
      return found.isFile() ? { filename: name, size: Number(found.size), etag: localEtag(found) } : null;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        return null;
      }
      throw localError(file, error);
    }
  }

  #realConfinement(): Promise<readonly string[]> | null {
    return this.confineTo === undefined ? null : realFolders(this.confineTo);
  }
}

/** Where links lead from a file. */
async function confinedPath(file: string, confinement: readonly string[] | null): Promise<string> {
  if (confinement === null) {
    return file;
  }
  const real = await realpath(file);
  if (!confinement.some((folder) => isWithin(real, folder))) {
    throw new AccessDeniedError(`'${file}' is a link that leads out of the folders that may be read.`);
  }
  return real;
}
