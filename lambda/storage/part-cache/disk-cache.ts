import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pRetry from 'p-retry';
import type { Column } from '../../engine/columns';
import type { GroupLayout, RowLayout } from '../../engine/part';
import { errorCode } from '../local-errors';
import { decodeFile, encodeFile } from './arrow-file';
import type { FileContent } from './arrow-file';
import type { CachedPart } from './cached-part';
import { columnContent, columnOf, layoutContent, layoutOf } from './file-contents';
import type { PartKey } from './part-key';

/** One file of each part says where its rows go; all others are columns. Where no query has asked for times yet, it has none. */
const LAYOUT = 'layout.arrow';
const TIMELESS_LAYOUT = 'groups.arrow';

/** What is being written; one that is older than this (milliseconds) was left by a crash. */
const UNFINISHED = '.unfinished';
const UNFINISHED_AGE = 600_000;

/** Whatever else lies in the folder is left alone. */
const OWN_FILE = /^[0-9a-f]{32}[/\\]\d+-[0-9a-f]{32}[/\\](layout|groups|column-[0-9a-f]{32})\.arrow(\.[0-9a-f-]{36}\.unfinished)?$/;

/** What is left after making room, so that room is not made for every file. */
const KEPT_SHARE = 0.9;

/** The largest file that is written: of 12 million rows, 156 MB for the layout, of the 409 MiB that a function has by default. */
const LARGEST_SHARE = 0.5;

/** All files are counted again once so much was written here, for others may have written as much. */
const RECOUNT_SHARE = 1 / 16;

/** A file is tried to be written so often: whoever makes room may remove its folder before it is in there. */
const WRITE_ATTEMPTS = 5;

export interface DiskCacheOptions {
  /** Made where it is missing. */
  readonly directory: string;
  /** Most bytes of files; each further process or thread on the folder may exceed it by a sixteenth for a while. */
  readonly maxBytes: number;
  /** Told of what keeps the cache from working; the queries go on without it. */
  readonly warn: (error: unknown, message: string) => void;
}

/**
 * Decoded parts as files, several processes and threads on one folder: a file is written under another name and then
 * renamed, so that it is there as a whole or not at all; whatever is wrong with one makes it a miss.
 */
export class DiskCache {
  readonly #options: DiskCacheOptions;
  /** Bytes of all files, as last counted … */
  #counted = 0;
  /** … and written here since; before the first count, more than can be. */
  #written = Infinity;
  #isBroken = false;

  constructor(options: DiskCacheOptions) {
    this.#options = options;
  }

  /** Places of the parts of a dataset's version whose layout is here. */
  async cachedParts(datasetVersion: string): Promise<number[]> {
    const folders = await readdir(this.#versionFolder(datasetVersion)).catch(() => []);
    return folders.map((name) => Number.parseInt(name, 10)).filter(Number.isInteger);
  }

  async readLayout(key: PartKey): Promise<RowLayout | GroupLayout | null> {
    return (await this.#read(key, LAYOUT, layoutOf)) ?? this.#read(key, TIMELESS_LAYOUT, layoutOf);
  }

  /** A column in the very order that the part has: where the layout was made anew, another order may have come out. */
  readColumn(key: PartKey, name: string, { part, layoutChecksum }: CachedPart): Promise<Column | null> {
    return this.#read(key, columnFile(name, layoutChecksum), (content) => columnOf(content, part.rowCount), layoutChecksum);
  }

  /** Writes what is not there yet. Where it cannot, it says so once, and does nothing from then on. */
  async write(key: PartKey, cached: CachedPart): Promise<void> {
    if (this.#isBroken || cached.rowCount === 0) {
      return;
    }
    try {
      // Without a layout, columns are not looked for.
      const layoutFile = cached.layout.times === null ? TIMELESS_LAYOUT : LAYOUT;
      if (!(await this.#writeMissing(key, layoutFile, () => layoutContent(cached.layout)))) return;
      if (layoutFile === LAYOUT) await rm(path.join(this.#folder(key), TIMELESS_LAYOUT), { force: true });
      for (const name of cached.columnNames) {
        await this.#writeMissing(key, columnFile(name, cached.layoutChecksum), () => columnContent(cached.part.column(name)), cached.layoutChecksum);
      }
    } catch (error) {
      this.#isBroken = true;
      this.#options.warn(error, 'The part cache on disk cannot be written, and is left alone from now on');
    }
  }

  async #read<Value>(key: PartKey, name: string, valueOf: (content: FileContent) => Value, layoutChecksum: number | null = null): Promise<Value | null> {
    const file = path.join(this.#folder(key), name);
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null) {
      return null;
    }
    try {
      const value = valueOf(await decodeFile(identityOf(key, name, layoutChecksum), bytes));
      const now = new Date();
      await utimes(file, now, now).catch(() => {});
      return value;
    } catch (error) {
      this.#options.warn(error, `The cache file '${file}' is damaged, or of something else, and was removed`);
      await rm(file, { force: true }).catch(() => {});
      return null;
    }
  }

  /** @returns whether it is there now: what is too large is not written */
  async #writeMissing(key: PartKey, name: string, content: () => FileContent, layoutChecksum: number | null = null): Promise<boolean> {
    const file = path.join(this.#folder(key), name);
    if ((await stat(file).catch(() => null)) !== null) {
      return true;
    }
    const bytes = await encodeFile(identityOf(key, name, layoutChecksum), content());
    if (bytes.length > this.#options.maxBytes * LARGEST_SHARE) {
      return false;
    }
    await this.#makeRoom(bytes.length);
    await pRetry(() => writeWhole(file, bytes), {
      retries: WRITE_ATTEMPTS - 1,
      minTimeout: 0,
      shouldRetry: ({ error }) => errorCode(error) === 'ENOENT',
    });
    this.#written += bytes.length;
    return true;
  }

  /** Removes the cache files that were used longest ago, whoever wrote them. */
  async #makeRoom(needed: number): Promise<void> {
    const { maxBytes, directory } = this.#options;
    if (this.#written + needed <= maxBytes * RECOUNT_SHARE && this.#counted + this.#written + needed <= maxBytes) {
      return;
    }
    const names = (await readdir(directory, { recursive: true }).catch(() => [])).filter((name) => OWN_FILE.test(name));
    const files = (await Promise.all(names.map((name) => describeFile(path.join(directory, name))))).filter((file) => file !== null);
    const old = files.filter(({ file, usedAt }) => file.endsWith(UNFINISHED) && Date.now() - usedAt > UNFINISHED_AGE);
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    const oldestFirst = [...old, ...files.filter((file) => !old.includes(file)).sort((a, b) => a.usedAt - b.usedAt)];
    const kept = bytes + needed <= maxBytes ? maxBytes : maxBytes * KEPT_SHARE - needed;
    for (const [place, { file, size }] of oldestFirst.entries()) {
      if (bytes <= kept && place >= old.length) break;
      await rm(file, { force: true });
      await removeEmpty(path.dirname(file));
      bytes -= size;
    }
    this.#counted = bytes;
    this.#written = 0;
  }

  #versionFolder(datasetVersion: string): string {
    return path.join(this.#options.directory, hash(datasetVersion));
  }

  #folder({ datasetVersion, index, part }: PartKey): string {
    return path.join(this.#versionFolder(datasetVersion), `${index}-${hash(JSON.stringify([part.filename, part.etag]))}`);
  }
}

/** Under another name first: a file is there as a whole, or not at all. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${file}.${randomUUID()}${UNFINISHED}`;
  // What parts hold is for nobody else on this machine, who might read it in a common temporary folder.
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Removes the folder of a part, and that of the dataset's version, where nothing else is in there. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder)
    .then(() => rmdir(path.dirname(folder)))
    .catch(() => {});
}

async function describeFile(file: string): Promise<{ readonly file: string; readonly size: number; readonly usedAt: number } | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true ? { file, size: found.size, usedAt: found.mtimeMs } : null;
}

/** Of each order of rows another file: of a part that was put in time order, and of one that was laid out anew. */
function columnFile(name: string, layoutChecksum: number): string {
  return `column-${hash(JSON.stringify([name, layoutChecksum]))}.arrow`;
}

/** What a file is of, so that none is taken for another's. */
function identityOf({ datasetVersion, index, part }: PartKey, name: string, layoutChecksum: number | null): string {
  return JSON.stringify([datasetVersion, index, part.filename, part.etag, name, layoutChecksum]);
}

function hash(text: string): string {
  return createHash('sha256').update(JSON.stringify(text)).digest('hex').slice(0, 32);
}
