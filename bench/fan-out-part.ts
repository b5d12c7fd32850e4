import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { evaluatePart } from '../lambda/engine/evaluate';
import { buildPart } from '../lambda/engine/part';
import type { PartialResult } from '../lambda/engine/partial';
import { openParquet } from '../lambda/parquet/parquet-file';
import type { ExpandedQuery } from '../lambda/query/expanded';
import { openStorage } from '../lambda/storage/open-storage';
import { seededRandom } from '../scripts/sample-data/random';

const RUNS = 30;

/** What a worker does with a part, measured on a real one by the real engine, alone on this machine. */
export interface MeasuredPart {
  readonly rows: number;
  readonly bytes: number;
  /** Milliseconds to evaluate the query on the part as a warm worker keeps it in memory: each of the last runs. */
  readonly warm: readonly number[];
  /** Milliseconds to read and decode the part from a local file, group it and evaluate it, the least of some runs. */
  readonly fromFile: number;
  readonly result: PartialResult;
}

/** No condition and no aggregation: `{}`. */
export const emptyQuery: ExpandedQuery = { timeframe: { from: null, to: null }, conditions: [], relation: null, aggregations: null, funnel: null };

/** Counts per value of two columns, of 4 and of 200 values. */
export const aggregationQuery: ExpandedQuery = {
  ...emptyQuery,
  aggregations: ['event', 'item'].map((column) => ({ column, type: 'countPerValue', name: null, top: 10 })),
};

/** Makes a part of events in order of time, few users having many of them, and measures a query on it. */
export async function measurePart(folder: string, rows: number, groups: number, query: ExpandedQuery): Promise<MeasuredPart> {
  const bytes = partBytes(rows, groups);
  await mkdir(folder, { recursive: true });
  const filename = 'part.parquet';
  await writeFile(path.join(folder, filename), bytes);
  const storage = openStorage(folder);
  const names = ['user', 'time', ...(query.aggregations ?? []).map(({ column }) => column)];
  const read = async () => {
    const [file] = await storage.list('*');
    const source = storage.open(file);
    const decoded = await (await openParquet(source)).readColumns(names);
    await source.close();
    return buildPart(new Map(names.map((name, index) => [name, decoded[index]])), 'user', 'time');
  };
  let fromFile = Infinity;
  const warm: number[] = [];
  let part = await read();
  let result = evaluatePart(query, part);
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    if (run % 5 === 0) part = await read();
    const readAt = performance.now();
    result = evaluatePart(query, part);
    warm.push(performance.now() - readAt);
    if (run % 5 === 0) fromFile = Math.min(fromFile, performance.now() - startedAt);
  }
  return { rows, bytes: bytes.byteLength, warm: warm.slice(-RUNS / 2), fromFile, result };
}

function partBytes(rows: number, groups: number): Uint8Array {
  const random = seededRandom(254_110_234);
  const pick = (count: number) => Array.from({ length: rows }, () => random.integer(0, count - 1));
  const names = (kind: string, count: number) => pick(count).map((number) => `${kind}-${number}`);
  // Each user once, and the rest by chance, the square preferring low numbers.
  const users = Array.from({ length: rows }, (_, row) => BigInt(row < groups ? row : Math.floor(groups * random.fraction() ** 2)));
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'user', type: 'INT64', nullable: false, data: users },
        { name: 'time', type: 'INT64', nullable: false, data: users.map((_, row) => BigInt(1_600_000_000_000 + row * 1000)) },
        { name: 'event', type: 'STRING', nullable: false, data: names('event', 4) },
        { name: 'item', type: 'STRING', nullable: false, data: names('item', 200) },
      ],
      codec: 'SNAPPY',
    }),
  );
}
