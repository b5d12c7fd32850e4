import type { QueryWork } from '../datastore/job';
import type { Column } from '../engine/columns';
import { PartMemory } from '../engine/part-memory';
import { openParquet } from '../parquet/parquet-file';
import type { ParquetFile, TextTest } from '../parquet/parquet-file';
import { columnsNamed, usesTime, usesTimeValues } from '../query/columns-used';
import { parseLocation } from '../storage/location';
import type { CachedPart, JudgedColumns } from '../storage/part-cache/cached-part';
import { partAsRead } from '../storage/part-cache/part-as-read';
import type { CacheHit, PartCache } from '../storage/part-cache/part-cache';
import type { PartKey } from '../storage/part-cache/part-key';
import type { PartSource } from '../storage/storage';
import { PartColumnTypeError } from './errors';
import { findColumn } from './find-column';
import { textTestsOf } from './text-tests-of';

/**
 * Milliseconds for which a cached part's file is taken for unchanged. A look at a local file costs next to nothing; one at
 * an object of S3 is a paid request, of which a query over many warm parts would make as many.
 */
const RECHECK_INTERVAL = { local: 0, s3: 60_000 };

/** The caller holds the part, and is to release it. */
export interface LoadedPart {
  readonly cached: CachedPart;
  /** Columns as the file has them that answer this query's filters, and no others. */
  readonly judged: JudgedColumns | null;
  /** The slowest place that something came from. */
  readonly from: 'memory' | 'disk' | 'source';
}

/**
 * Gets a part with the columns that a query names: what the cache has of it, and the rest of its file. Of a part that is not
 * cached, row groups that the timeframe has no need of are not read; what is kept then serves queries of that timeframe. Texts that
 * are mostly different are at first only judged by the query's filters, and kept once a second query asks for them.
 * Times of which the query only asks the order, and whose rows need not be moved, are held as the file has them, and decoded once a query asks for more, or they are written to disk.
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
    return { ...hit, judged: null };
  }
  const file = await openParquet(source, { memoryLimit });
  refuseOtherTypes(file, work);
  const wanted = whole === null ? file.within({ column: work.timestampColumn, ...timeframe }) : file;
  const { cached, judged } = hit === null ? await readWhole(wanted, work, names) : await readMissing(wanted, work, hit);
  cached.checkedAt = performance.now();
  cache.keep(wanted.complete ? key : partKey, cached, true);
  return { cached, judged, from: 'source' };
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

type ReadPart = Pick<LoadedPart, 'cached' | 'judged'>;

/** Times are read once a query asks for them: of a column that may have nulls always, which are refused. */
async function readWhole(file: ParquetFile, work: QueryWork, names: readonly string[]): Promise<ReadPart> {
  const { groupIdColumn, timestampColumn } = work;
  const isTimeless = !usesTime(work.query) && file.hasNoNulls(timestampColumn);
  const { columns, memory, judged } = await readColumns(file, work, [groupIdColumn, ...(isTimeless ? [] : [timestampColumn]), ...names], () => true);
  const cached = partAsRead(columns, names, work, memory);
  cached.noteJudged(judged);
  return { cached, judged };
}

async function readMissing(file: ParquetFile, work: QueryWork, hit: CacheHit): Promise<ReadPart> {
  const { cached, missing } = hit;
  const { timestampColumn } = work;
  // What is on disk was asked for before, and the next query may find it there again.
  const mayBeJudged = (name: string) => hit.from === 'memory' && !cached.wasJudged(name);
  const { columns, memory, judged } = await readColumns(file, work, lacksTimes(hit, work) ? [...missing, timestampColumn] : missing, mayBeJudged);
  for (const name of missing) {
    const column = columns.get(name);
    if (column !== undefined) cached.addAsRead(name, column);
  }
  const timestamps = lacksTimes(hit, work) ? columns.get(timestampColumn) : undefined;
  const inTimeOrder = timestamps === undefined ? cached : cached.inTimeOrder(timestamps, timestampColumn);
  cached.take(memory);
  inTimeOrder.noteJudged(judged);
  return { cached: inTimeOrder, judged };
}

interface ReadColumns {
  readonly columns: ReadonlyMap<string, Column>;
  /** Of these. */
  readonly memory: PartMemory;
  readonly judged: JudgedColumns | null;
}

/** @param mayBeJudged whether it is too early to keep a column of text that only filters ask for */
async function readColumns(file: ParquetFile, { query, groupIdColumn, timestampColumn }: QueryWork, wanted: readonly string[], mayBeJudged: (name: string) => boolean): Promise<ReadColumns> {
  const names = [...new Set(wanted)];
  const tests = new Map<string, TextTest[]>();
  for (const { name, type } of file.columns) {
    if (type !== 'STRING' || !names.includes(name) || name === groupIdColumn || name === timestampColumn) continue;
    const ofColumn = mayBeJudged(name) && file.hasNoDictionary(name) ? textTestsOf(query, name) : null;
    if (ofColumn !== null) tests.set(name, ofColumn);
  }
  const [memory, judgedMemory] = [new PartMemory(), new PartMemory()];
  const named = columnsNamed(query);
  const keys = new Set(named.includes(groupIdColumn) ? [] : [groupIdColumn]);
  const askOrder = !named.includes(timestampColumn) && !usesTimeValues(query);
  const times = { name: timestampColumn, onlyOrderWithin: askOrder ? groupIdColumn : null };
  const decoded = await file.readColumns(names, memory, { keys, times, judged: { tests, memory: judgedMemory } });
  const [columns, judged] = [new Map<string, Column>(), new Map<string, Column>()];
  names.forEach((name, index) => (tests.has(name) ? judged : columns).set(name, decoded[index]));
  return { columns, memory, judged: judged.size === 0 ? null : { columns: judged, memory: judgedMemory } };
}

function lacksTimes({ cached }: CacheHit, { query }: QueryWork): boolean {
  return !cached.hasTimes && usesTime(query);
}
