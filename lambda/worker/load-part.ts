import type { QueryWork } from '../datastore/job';
import { PartMemory } from '../engine/part-memory';
import { openParquet } from '../parquet/parquet-file';
import type { ParquetFile } from '../parquet/parquet-file';
import { columnsNamed, usesTime } from '../query/columns-used';
import { parseLocation } from '../storage/location';
import type { CachedPart } from '../storage/part-cache/cached-part';
import { partAsRead } from '../storage/part-cache/part-as-read';
import type { CacheHit, PartCache } from '../storage/part-cache/part-cache';
import type { PartKey } from '../storage/part-cache/part-key';
import type { PartSource } from '../storage/storage';
import { PartColumnTypeError } from './errors';
import { findColumn } from './find-column';

/**
 * Milliseconds for which a cached part's file is taken for unchanged. A look at a local file costs next to nothing; one at
 * an object of S3 is a paid request, of which a query over many warm parts would make as many.
 */
const RECHECK_INTERVAL = { local: 0, s3: 60_000 };

/** The caller holds the part, and is to release it. */
export interface LoadedPart {
  readonly cached: CachedPart;
  /** The slowest place that something came from. */
  readonly from: 'memory' | 'disk' | 'source';
}

/**
 * Gets a part with the columns that a query names: what the cache has of it, and the rest of its file. Of a part that is not
 * cached, row groups that the timeframe has no need of are not read; what is kept then serves queries of that timeframe.
 * The cache keeps what was read, whatever becomes of the query.
 *
 * @param memoryLimit bytes that reading may take
 * @throws PartColumnTypeError, MissingColumnError, UnsupportedColumnError, ParquetError, PartTooLargeError, StorageError
 */
export async function loadPart(work: QueryWork, key: PartKey, source: PartSource, cache: PartCache, memoryLimit: number): Promise<LoadedPart> {
  const names = columnsNamed(work.query);
  const whole = await cache.find(key, names);
  const { timeframe } = work.query;
  const partKey = { ...key, timeframe };
  const hit = whole ?? (await cache.find(partKey, names));
  if (hit !== null && hit.missing.length === 0 && !lacksTimes(hit, work)) {
    cache.keep(whole === null ? partKey : key, hit.cached, false);
    return hit;
  }
  const file = await openParquet(source, { memoryLimit });
  refuseOtherTypes(file, work);
  const wanted = whole === null ? file.within({ column: work.timestampColumn, ...timeframe }) : file;
  const cached = hit === null ? await readWhole(wanted, work, names) : await readMissing(wanted, work, hit);
  cached.checkedAt = performance.now();
  cache.keep(wanted.complete ? key : partKey, cached, true);
  return { cached, from: 'source' };
}

/** @throws FileChangedError where a cached part's file is another one by now */
export async function checkIdentity(cached: CachedPart, source: PartSource, basepath: string): Promise<void> {
  const now = performance.now();
  if (now - cached.checkedAt >= RECHECK_INTERVAL[parseLocation(basepath).kind]) {
    await source.check();
    cached.checkedAt = now;
  }
}

function refuseOtherTypes(file: ParquetFile, { columns }: QueryWork): void {
  for (const registered of columns) {
    const found = findColumn(file, registered.name);
    if (found.type !== registered.type || found.logical !== registered.logical) {
      throw new PartColumnTypeError(registered, found);
    }
  }
}

/** Times are read once a query asks for them: of a column that may have nulls always, which are refused. */
async function readWhole(file: ParquetFile, work: QueryWork, names: readonly string[]): Promise<CachedPart> {
  const { groupIdColumn, timestampColumn } = work;
  const isTimeless = !usesTime(work.query) && file.hasNoNulls(timestampColumn);
  const read = [...new Set([groupIdColumn, ...(isTimeless ? [] : [timestampColumn]), ...names])];
  const memory = new PartMemory();
  const keys = new Set(names.includes(groupIdColumn) ? [] : [groupIdColumn]);
  const decoded = await file.readColumns(read, memory, keys);
  return partAsRead(new Map(read.map((name, index) => [name, decoded[index]])), names, work, memory);
}

async function readMissing(file: ParquetFile, work: QueryWork, hit: CacheHit): Promise<CachedPart> {
  const { cached, missing } = hit;
  const { timestampColumn } = work;
  const isTimeMissing = lacksTimes(hit, work);
  const read = [...new Set([...missing, ...(isTimeMissing ? [timestampColumn] : [])])];
  const fileMemory = new PartMemory();
  const decoded = await file.readColumns(read, fileMemory);
  missing.forEach((name, index) => { cached.addAsRead(name, decoded[index]); });
  const inTimeOrder = isTimeMissing ? cached.inTimeOrder(decoded[read.indexOf(timestampColumn)], timestampColumn) : cached;
  cached.take(fileMemory);
  return inTimeOrder;
}

function lacksTimes({ cached }: CacheHit, { query }: QueryWork): boolean {
  return !cached.hasTimes && usesTime(query);
}
