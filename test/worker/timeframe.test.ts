import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { PartFile } from '../../lambda/datastore/dataset';
import type { QueryWork, TaskOutcome, TaskSuccess } from '../../lambda/datastore/job';
import { parseQuery } from '../../lambda/query/parse-query';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import { runTask } from '../../lambda/worker/task';
import { describePart, temporaryFolder } from './parquet-parts';

const ROWS = 100_000;
const integers = { type: 'INT', logical: null } as const;
const columns = new Map([['user', integers], ['time', integers]]);
const schema = { groupIdColumn: 'user', timestampColumn: 'time', columns, minTimestamp: 0, maxTimestamp: ROWS - 1 };

let folder: string;
let part: PartFile;
let cache: PartCache;

/** Ten row groups, each of a tenth of the time. */
beforeAll(async () => {
  folder = await temporaryFolder();
  const column = (name: string, valueOf: (row: number) => number) => ({ name, data: Array.from({ length: ROWS }, (_, row) => BigInt(valueOf(row))), type: 'INT64' as const, nullable: false });
  const columnData = [column('user', (row) => (row * 7919) % 100), column('time', (row) => row)];
  await writeFile(path.join(folder, 'p.parquet'), new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: ROWS / 10, codec: 'UNCOMPRESSED' })));
  part = await describePart(folder, 'p.parquet');
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  cache = new PartCache({ memoryBytes: 100_000_000, disk: new DiskCache({ directory: path.join(folder, 'cache'), maxBytes: 100_000_000, warn: () => {} }) });
});
afterEach(() => rm(path.join(folder, 'cache'), { recursive: true, force: true }));

async function run(timeframe: { from?: number; to?: number }, memoryLimit = Infinity): Promise<TaskOutcome> {
  const work: QueryWork = { kind: 'query', basepath: folder, groupIdColumn: 'user', timestampColumn: 'time', datasetVersion: 'shop@1', columns: [...columns.keys()].map((name) => ({ name, ...integers })), query: parseQuery(JSON.stringify({ timeframe }), schema) };
  return runTask({ work, task: { index: 0, attempt: 1, part }, launchedAt: Date.now() }, () => {}, { cache, memoryLimit });
}

async function succeed(timeframe: { from?: number; to?: number }): Promise<TaskSuccess> {
  const outcome = await run(timeframe);
  if (outcome.status !== 'ENDED_SUCCESS') throw new Error(outcome.message);
  return outcome;
}

const matching = (groups: number, rows: number) => ({ query: { matchingGroups: groups, matchingGroupRows: rows }, scannedRows: rows });

describe('A timeframe', () => {
  test('has only those row groups read that it needs, and the next query of the same reads nothing', async () => {
    const first = await succeed({ from: 35_000, to: 42_000 });
    expect(first).toMatchObject({ result: matching(100, 7_000), stats: { loadedFrom: 'source' } });
    expect(first.stats.bytesRead).toBeLessThan(part.size * 0.4);
    expect(await succeed({ from: 35_000, to: 42_000 })).toMatchObject({ result: matching(100, 7_000), stats: { loadedFrom: 'memory', bytesRead: 0 } });
  });

  test('does not mislead another one, nor a query of all times', async () => {
    await succeed({ from: 35_000, to: 42_000 });
    expect(await succeed({ from: 34_000, to: 42_000 })).toMatchObject({ result: matching(100, 8_000), stats: { loadedFrom: 'source' } });
    expect(await succeed({})).toMatchObject({ result: matching(100, ROWS), stats: { loadedFrom: 'source' } });
    expect(await succeed({ from: 0 })).toMatchObject({ result: matching(100, ROWS), stats: { loadedFrom: 'source' } });
    expect(await succeed({ from: 99_990 })).toMatchObject({ result: matching(10, 10), stats: { loadedFrom: 'memory', bytesRead: 0 } });
  });

  test('that rules out the whole part reads its footer only', async () => {
    const { result, stats } = await succeed({ to: 0 });
    expect(result).toMatchObject(matching(0, 0));
    expect(stats.readRequests).toBe(1);
  });

  test('leaves files of whole parts only', async () => {
    await succeed({ from: 35_000, to: 42_000 });
    await cache.flush();
    expect(await readdir(path.join(folder, 'cache')).catch(() => [])).toEqual([]);
    await succeed({});
    await cache.flush();
    expect(await cache.cachedParts('shop@1')).toEqual([0]);
    expect(await readdir(path.join(folder, 'cache'))).toHaveLength(1);
  });
});

test('A part that needs more memory than there is fails at once, saying how much', async () => {
  const outcome = await run({ from: 0 }, 100_000);
  expect(outcome).toMatchObject({ status: 'ENDED_FAILED', errorKind: 'LIMIT', retryable: false, stats: { readRequests: 1 } });
  expect('message' in outcome && outcome.message).toContain('MiB of memory for 2 columns of 100,000 rows');
});
