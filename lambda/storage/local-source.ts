import { fstatSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { PartFile } from '../datastore/dataset';
import { FileChangedError, IncompleteReadError } from './errors';
import { localError } from './local-errors';
import type { PartSource } from './storage';

/** What changes whenever a file is written or replaced, to the resolution of the file system's clock. */
export function localEtag({ size, mtimeNs, ino }: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>): string {
  return [size, mtimeNs, ino].map((value) => value.toString(36)).join('-');
}

/** A file of the file system, opened at the first read. */
export class LocalSource implements PartSource {
  readonly byteLength: number;
  #handle: Promise<FileHandle> | null = null;
  #closed = false;

  /** @param locate gives the path to open, or refuses it */
  constructor(
    readonly name: string,
    private readonly part: PartFile,
    private readonly locate: () => Promise<string>,
  ) {
    this.byteLength = part.size;
  }

  async read(start: number, end: number, room?: Uint8Array): Promise<Uint8Array> {
    if (this.#closed) {
      throw new Error(`'${this.name}' is read after it was closed.`);
    }
    this.#handle ??= this.#open();
    const handle = await this.#handle;
    try {
      const bytes = await readAvailable(handle, start, room?.subarray(0, end - start) ?? new Uint8Array(end - start));
      // Checked after the read, so that the bytes are known to be of the listed version.
      this.#refuseChanged(handle);
      if (bytes.length < end - start) {
        throw new IncompleteReadError(this.name, end - start, bytes.length);
      }
      return bytes;
    } catch (error) {
      throw localError(this.name, error);
    }
  }

  async check(): Promise<void> {
    this.#handle ??= this.#open();
    try {
      this.#refuseChanged(await this.#handle);
    } catch (error) {
      throw localError(this.name, error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const handle = await this.#handle?.catch(() => null);
    // Node.js waits for a handle's pending reads before it closes it.
    await handle?.close();
    this.#handle = null;
  }

  async #open(): Promise<FileHandle> {
    try {
      const handle = await open(await this.locate(), 'r');
      try {
        this.#refuseChanged(handle);
        return handle;
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw localError(this.name, error);
    }
  }

  /** Of an open file that takes microseconds, where a way to a thread of Node's pool and back takes more. */
  #refuseChanged(handle: FileHandle): void {
    if (localEtag(fstatSync(handle.fd, { bigint: true })) !== this.part.etag) {
      throw new FileChangedError(this.name);
    }
  }
}

/** Fills `bytes` with those from `start` on; fewer are returned where the file ends before. */
async function readAvailable(handle: FileHandle, start: number, bytes: Uint8Array): Promise<Uint8Array> {
  let filled = 0;
  while (filled < bytes.length) {
    // A read gives what there is at once: after a signal or at 2 GiB that is less than was asked for.
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) {
      return bytes.subarray(0, filled);
    }
    filled += bytesRead;
  }
  return bytes;
}
