import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectStore } from '../datastore/object-store';
import { PathNotFoundError } from './errors';
import { localError } from './local-errors';

/** What is being written; such a file that stays was left by a crash. */
const UNFINISHED = '.unfinished';

/** Objects as files of a folder, which is made when first written to. */
export class FolderObjects implements ObjectStore {
  constructor(readonly place: string) {}

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const file = path.join(this.place, name);
    const unfinished = `${file}.${randomUUID()}${UNFINISHED}`;
    try {
      await mkdir(this.place, { recursive: true });
      const handle = await open(unfinished, 'wx');
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, file);
      await syncFolder(this.place);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw localError(file, error);
    }
  }

  read(name: string): Promise<Uint8Array | null> {
    return orNull(path.join(this.place, name), readFile(path.join(this.place, name)));
  }

  async remove(name: string): Promise<void> {
    const file = path.join(this.place, name);
    try {
      await rm(file, { force: true });
    } catch (error) {
      throw localError(file, error);
    }
  }

  async list(): Promise<string[]> {
    const names = await orNull(this.place, readdir(this.place));
    return (names ?? []).filter((name) => !name.endsWith(UNFINISHED));
  }
}

/** A rename is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orNull<Value>(name: string, reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    const named = localError(name, error);
    if (named instanceof PathNotFoundError) return null;
    throw named;
  }
}
