import { LRUCache } from 'lru-cache';
import { CachedPart } from './cached-part';
import type { DiskCache } from './disk-cache';
import type { PartKey } from './part-key';

export interface PartCacheOptions {
  /** Bytes of memory for decoded parts. */
  readonly memoryBytes: number;
  /** Null: none. */
  readonly disk: DiskCache | null;
}

/** What a cache has of a part. */
export interface CacheHit {
  readonly cached: CachedPart;
  /** Columns asked for that it has not. */
  readonly missing: string[];
  /** The slowest place that something came from. */
  readonly from: 'memory' | 'disk';
}

/**
 * What a worker keeps of the parts that it has read, decoded, grouped and ordered, so that the next query on them reads
 * and decodes nothing: in memory, and in files that outlive it. Both are bounded; what was used longest ago goes first.
 */
export class PartCache {
  readonly #memory: LRUCache<string, CachedPart>;
  readonly #disk: DiskCache | null;
  readonly #unwritten = new Map<string, { readonly key: PartKey; readonly cached: CachedPart }>();
  #flushed = Promise.resolve();

  constructor({ memoryBytes, disk }: PartCacheOptions) {
    this.#memory = new LRUCache({ maxSize: Math.max(1, memoryBytes), sizeCalculation: ({ bytes }) => Math.max(1, bytes), dispose: (cached) => { cached.release(); } });
    this.#disk = disk;
  }

  /** Places of the parts of a dataset's version that are in memory, those used last first. */
  inMemory(datasetVersion: string): number[] {
    const begin = memoryPrefix(datasetVersion);
    return [...this.#memory.keys()].filter((key) => key.startsWith(begin)).map((key) => Number.parseInt(key.slice(begin.length), 10));
  }

  /** Places of the parts of a dataset's version that are here, those in memory first. */
  async cachedParts(datasetVersion: string): Promise<number[]> {
    return [...new Set([...this.inMemory(datasetVersion), ...((await this.#disk?.cachedParts(datasetVersion)) ?? [])])];
  }

  /**
   * What there is of a part and of its columns; null where there is nothing. It is no longer in memory until it is kept
   * again: meanwhile it grows by columns that nobody has accounted for. The caller holds it, and is to release it.
   */
  async find(key: PartKey, names: readonly string[]): Promise<CacheHit | null> {
    const inMemory = this.#memory.get(memoryKey(key));
    inMemory?.hold();
    this.#memory.delete(memoryKey(key));
    const disk = this.#diskFor(key);
    const cached = inMemory ?? (await layoutFromDisk(disk, key));
    if (cached === null) {
      return null;
    }
    let from: CacheHit['from'] = inMemory === undefined ? 'disk' : 'memory';
    const missing: string[] = [];
    for (const name of names) {
      if (cached.has(name)) continue;
      // Of a part that is not in order yet nothing was written by this worker, and what others wrote is not worth moving its rows now.
      const column = (cached.isInOrder && (await disk?.readColumn(key, name, cached))) || null;
      if (column === null) {
        missing.push(name);
      } else {
        cached.add(name, column);
        from = 'disk';
      }
    }
    return { cached, missing, from };
  }

  /**
   * Keeps a part in memory, at its present size, unless it is larger than all of it.
   *
   * @param isNew whether something of it came from its file: then it is also written to disk, once `flush` is called
   */
  keep(key: PartKey, cached: CachedPart, isNew: boolean): void {
    const name = memoryKey(key);
    cached.hold();
    this.#memory.set(name, cached);
    if (!this.#memory.has(name)) cached.release();
    if (isNew && this.#diskFor(key) !== null) {
      cached.hold();
      this.#unwritten.get(name)?.cached.release();
      this.#unwritten.set(name, { key, cached });
    }
  }

  /**
   * Writes what is kept to disk, where it is not there yet: after a query has its answer, which need not wait for it.
   * Resolves once all is written that is to be. Never fails: a cache that cannot be written breaks no query.
   */
  flush(): Promise<void> {
    this.#flushed = this.#flushed.then(() => this.#writeAll());
    return this.#flushed;
  }

  async #writeAll(): Promise<void> {
    const entries = [...this.#unwritten.values()];
    this.#unwritten.clear();
    for (const { key, cached } of entries) {
      await this.#disk?.write(key, cached).finally(() => { cached.release(); });
    }
  }

  /** Files hold whole parts only. */
  #diskFor({ timeframe }: PartKey): DiskCache | null {
    return timeframe === undefined ? this.#disk : null;
  }
}

async function layoutFromDisk(disk: DiskCache | null, key: PartKey): Promise<CachedPart | null> {
  const layout = (await disk?.readLayout(key)) ?? null;
  return layout === null ? null : new CachedPart(layout);
}

function memoryPrefix(datasetVersion: string): string {
  return `${JSON.stringify(datasetVersion)}\n`;
}

function memoryKey({ datasetVersion, index, part, timeframe }: PartKey): string {
  const rows = timeframe === undefined ? [] : [String(timeframe.from), String(timeframe.to)];
  return `${memoryPrefix(datasetVersion)}${index}\n${JSON.stringify([part.filename, part.etag, ...rows])}`;
}
