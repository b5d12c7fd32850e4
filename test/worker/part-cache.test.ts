import { rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { PartFile } from '../../lambda/datastore/dataset';
import type { QueryWork, Task, TaskOutcome, TaskSuccess } from '../../lambda/datastore/job';
import { columnsUsed } from '../../lambda/query/columns-used';
import { parseQuery } from '../../lambda/query/parse-query';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import { runTask } from '../../lambda/worker/task';
import { describePart, shopColumns, shopEvents, temporaryFolder, writePart } from './parquet-parts';

const types = { user: 'INT', time: 'INT', event: 'STRING', price: 'FLOAT' } as const;
const dataset = { groupIdColumn: 'user', timestampColumn: 'time' };
const schema = { ...dataset, columns: new Map(Object.entries(types).map(([name, type]) => [name, { type, logical: null }])), minTimestamp: 0, maxTimestamp: 1e6 };

let folder: string;
let part: PartFile;
let warnings: string[];
beforeEach(async () => {
  folder = await temporaryFolder();
  part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true }));

function work(query: unknown, more: Partial<QueryWork> = {}): QueryWork {
  const parsed = parseQuery(JSON.stringify(query), schema);
  const columns = columnsUsed(parsed, dataset).map((name) => ({ name, type: types[name as keyof typeof types], logical: null }));
  return { kind: 'query', basepath: folder, ...dataset, datasetVersion: 'shop@1', query: parsed, columns, ...more };
}

/** A cache as a worker that was just started has it. */
function openCache({ memoryBytes = 1e7, onDisk = false } = {}): PartCache {
  const disk = new DiskCache({ directory: path.join(folder, 'cache'), maxBytes: 1e8, warn: (_, message) => warnings.push(message) });
  return new PartCache({ memoryBytes, disk: onDisk ? disk : null });
}

function run(query: QueryWork, cache: PartCache, of: PartFile = part): Promise<TaskOutcome> {
  const task: Task = { index: 0, attempt: 1, part: of };
  return runTask({ work: query, task, launchedAt: Date.now() }, () => {}, { cache });
}

async function succeed(query: QueryWork, cache: PartCache, of: PartFile = part): Promise<TaskSuccess> {
  const outcome = await run(query, cache, of);
  if (outcome.status !== 'ENDED_SUCCESS') throw new Error(outcome.message);
  return outcome;
}

const buyers = { query: { conditions: [{ filter: ['event', '==', 'buy'] }] } };
const spending = { query: { conditions: [{ filter: ['event', '==', 'buy'], target: ['sum', 'price', '>', 1] }], aggregations: [{ column: 'event' }] } };
/** Bytes of the one read that finds a file's footer. */
const FOOTER_READ = 64 * 1024;
const nothingRead = { bytesRead: 0, readRequests: 0 };

describe('A worker that has read a part', () => {
  test('reads nothing for the next query on its columns', async () => {
    const cache = openCache();
    const first = await succeed(work(buyers), cache);
    const second = await succeed(work(buyers), cache);

    expect(first.stats.loadedFrom).toBe('source');
    expect(first.stats.bytesRead).toBeGreaterThan(0);
    expect(second.stats).toMatchObject({ ...nothingRead, loadedFrom: 'memory' });
    expect(second.result).toEqual(first.result);
  });

  test('reads the same after a restart from its files', async () => {
    const before = openCache({ onDisk: true });
    const first = await succeed(work(spending), before);
    await before.flush();
    const after = openCache({ onDisk: true });

    expect(await after.cachedParts('shop@1')).toEqual([0]);
    const second = await succeed(work(spending), after);
    const third = await succeed(work(spending), after);
    expect(second.stats).toMatchObject({ ...nothingRead, loadedFrom: 'disk' });
    expect(third.stats).toMatchObject({ ...nothingRead, loadedFrom: 'memory' });
    expect([second.result, third.result]).toEqual([first.result, first.result]);
    expect(warnings).toEqual([]);
  });

  test('decodes times only where a query asks for more than their order', async () => {
    const rows = Array.from({ length: 20_000 }, (_, row) => ({ user: Math.floor(row / 5), time: (Math.imul(Math.floor(row / 5), 7919) >>> 0) % 600_000 + row % 5, event: ['view', 'buy', 'other'][row % 3], price: 1 }));
    part = await writePart(folder, 'sorted.parquet', shopColumns(rows));
    const steps = [{ filter: ['event', '==', 'view'] }, { filter: ['event', '==', 'buy'] }];
    const isHeld = async (query: unknown): Promise<boolean> => {
      const cache = openCache();
      await succeed(work(query), cache);
      const found = await cache.find({ datasetVersion: 'shop@1', index: 0, part }, []);
      return found?.cached.layout.times?.heldBytes !== undefined;
    };
    const sequence = { query: { conditions: [{ sequence: steps }] } };
    for (const plain of [{ funnel: { sequence: steps } }, sequence]) expect(await isHeld(plain)).toBe(true);
    const asking = [
      { funnel: { sequence: steps, maxDuration: 1_000 } },
      { funnel: { sequence: [steps[0], { ...steps[1], minDuration: 1 }] } },
      { funnel: { sequence: [steps[0], { ...steps[1], maxDuration: 10 }] } },
      { funnel: { sequence: [steps[0], { filter: ['event', '==', 'other'], rowFound: false }, steps[1]] } },
      { query: { conditions: [{ sequence: [...steps, { filter: ['event', '==', 'other'], rowFound: false }] }] } },
      { ...sequence, timeframe: { from: 200_000 } },
      { ...sequence, timeframe: { to: 400_000 } },
      { query: { conditions: [{ sequence: steps }, { filter: ['time', '>', 7] }], relation: '$0 and $1' } },
    ];
    for (const query of asking) expect([query, await isHeld(query)]).toEqual([query, false]);
  });

  test.each(['in memory', 'in memory, and written', 'after a restart'])('has the times that a query only asked the order of for the next one: %s', async (where) => {
    // Of each user in order, some at once.
    const rows = Array.from({ length: 20_000 }, (_, row) => ({ user: Math.floor(row / 5), time: (Math.imul(Math.floor(row / 5), 7919) >>> 0) % 600_000 + 1_000 * [0, 1, 1, 3, 4][row % 5], event: ['view', 'buy', 'other'][(row * 31) % 3], price: 1 }));
    part = await writePart(folder, 'sorted.parquet', shopColumns(rows));
    const steps = [{ filter: ['event', '==', 'view'] }, { filter: ['event', '==', 'buy'] }];
    const order = { funnel: { sequence: steps } };
    const others = [order, { funnel: { sequence: steps, maxDuration: 1_000 } }, { ...order, query: { conditions: [{ sequence: [steps[0], { ...steps[1], minDuration: 2_001 }] }] } }, { ...order, timeframe: { from: 200_000, to: 400_000 } }];

    const cache = openCache({ onDisk: true });
    const first = await succeed(work(order), cache);
    if (where !== 'in memory') await cache.flush();
    const next = where === 'after a restart' ? openCache({ onDisk: true }) : cache;
    const answers = [];
    for (const other of others) {
      const { result, stats } = await succeed(work(other), next);
      expect(stats).toMatchObject(nothingRead);
      answers.push(result);
    }
    const fresh = await Promise.all(others.map(async (other) => (await succeed(work(other), openCache())).result));
    expect(answers.map((answer) => 'query' in answer && [answer.query, answer.funnel])).toEqual(fresh.map((answer) => 'query' in answer && [answer.query, answer.funnel]));
    expect(answers[0]).toEqual(first.result);
    expect(new Set(fresh.map((answer) => JSON.stringify('query' in answer && [answer.query, answer.funnel]))).size).toBe(4);
  });

  test.each([false, true])('reads only the columns that it has not read yet (after a restart: %s)', async (isRestarted) => {
    const wide = shopColumns(Array.from({ length: 20_000 }, (_, row) => ({ user: row % 4999, time: (row * 7919) % 20_011, event: `event ${row % 3}`, price: row / 7 })));
    part = await writePart(folder, 'wide.parquet', wide);
    const cold = await succeed(work(spending), openCache());
    const prices = (await succeed(work({ query: { aggregations: [{ column: 'event', type: 'sumPerValue', otherColumn: 'price' }] } }), openCache())).stats.bytesRead - (await succeed(work({ query: { aggregations: [{ column: 'event' }] } }), openCache())).stats.bytesRead;

    const cache = openCache({ onDisk: true });
    await succeed(work(buyers), cache);
    await cache.flush();
    const next = isRestarted ? openCache({ onDisk: true }) : cache;
    const more = await succeed(work(spending), next);

    expect(more.result).toEqual(cold.result);
    expect(more.stats.loadedFrom).toBe('source');
    expect(more.stats.bytesRead).toBeGreaterThanOrEqual(prices);
    // Small gaps between what is wanted are read along.
    expect(more.stats.bytesRead).toBeLessThan(FOOTER_READ + 1.1 * prices);
    expect((await succeed(work(spending), next)).stats).toMatchObject({ ...nothingRead, loadedFrom: 'memory' });
  });

  const inSequence = { query: { conditions: [{ sequence: [{ filter: ['event', '==', 'view'] }, { filter: ['event', '==', 'buy'] }] }] } };

  test.each([
    ['in memory', false, 'any order', (row: number) => (row * 31) % 4999],
    ['in memory', false, 'groups side by side', (row: number) => row >> 3],
    ['from files', true, 'any order', (row: number) => (row * 31) % 4999],
    ['from files', true, 'groups side by side', (row: number) => row >> 3],
  ])('reads times once a query asks when things happened (%s: %s; rows in %s)', async (_, isRestarted, _order, userOf) => {
    const rows = Array.from({ length: 40_000 }, (_each, row) => ({ user: userOf(row), time: (row * 7919) % 20_011, event: ['view', 'buy', 'leave'][(row * 13) % 3], price: row / 7 }));
    part = await writePart(folder, 'untimely.parquet', shopColumns(rows));
    const cold = await succeed(work(inSequence), openCache());
    const coldBuyers = await succeed(work(buyers), openCache());
    const cache = openCache({ onDisk: true });
    const reopened = async () => {
      await cache.flush();
      return isRestarted ? openCache({ onDisk: true }) : cache;
    };

    const first = await succeed(work(buyers), cache);
    const timed = await reopened();
    const second = await succeed(work(inSequence), timed);
    await timed.flush();
    const last = isRestarted ? openCache({ onDisk: true }) : timed;

    expect(first.result).toEqual(coldBuyers.result);
    expect(first.stats.bytesRead).toBeLessThan(cold.stats.bytesRead);
    expect(second.stats.loadedFrom).toBe('source');
    expect(second.result).toEqual(cold.result);
    const further = [await succeed(work(inSequence), last), await succeed(work(buyers), last)];
    expect(further.map(({ result }) => result)).toEqual([cold.result, coldBuyers.result]);
    expect(further.map(({ stats }) => stats.readRequests)).toEqual([0, 0]);
    expect(warnings).toEqual([]);
  });

  test('refuses times that are missing, though the query does not ask for them', async () => {
    part = await writePart(folder, 'timeless.parquet', shopColumns([{ user: 1, time: null, event: 'buy', price: 1 }]));

    expect(await run(work(buyers), openCache())).toMatchObject({ status: 'ENDED_FAILED', message: expect.stringContaining("'time'") as string });
  });

  test('says which parts of a version it has, the one used last first', async () => {
    const cache = openCache();
    const launched = { work: work(buyers), launchedAt: 0 };
    for (const index of [4, 2, 9, 4]) await runTask({ ...launched, task: { index, attempt: 1, part } }, () => {}, { cache });

    expect(await cache.cachedParts('shop@1')).toEqual([4, 9, 2]);
    expect(await cache.cachedParts('shop@2')).toEqual([]);
  });

  test('reads it anew for another version of the dataset', async () => {
    const cache = openCache({ onDisk: true });
    await succeed(work(buyers), cache);
    await cache.flush();

    expect((await succeed(work(buyers, { datasetVersion: 'shop@2' }), cache)).stats.loadedFrom).toBe('source');
  });

  test('keeps it where the query fails for its result', async () => {
    const cache = openCache();
    expect(await run(work(spending, { maxResultSize: 1 }), cache)).toMatchObject({ status: 'ENDED_FAILED', errorKind: 'LIMIT' });

    expect((await succeed(work(spending), cache)).stats).toMatchObject({ ...nothingRead, loadedFrom: 'memory' });
  });

  test('reads it each time where it may keep nothing', async () => {
    const cache = openCache({ memoryBytes: 0 });
    await succeed(work(buyers), cache);

    expect((await succeed(work(buyers), cache)).stats.loadedFrom).toBe('source');
  });
});

describe.each(['memory', 'disk'] as const)('A part that is in the cache in %s', (place) => {
  let cache: PartCache;
  beforeEach(async () => {
    const before = openCache({ onDisk: true });
    await succeed(work(buyers), before);
    await before.flush();
    cache = place === 'memory' ? before : openCache({ onDisk: true });
  });

  test('is refused once its file is another', async () => {
    await writePart(folder, 'p.parquet', shopColumns(shopEvents(1)));

    const outcome = await run(work(buyers), cache);
    expect(outcome).toMatchObject({ status: 'ENDED_FAILED', retryable: false });
    expect(outcome).toHaveProperty('message', expect.stringMatching(/p\.parquet.*has changed since it was registered/));
    // And as it is found again after registration, the cache has none of the old.
    const now = await describePart(folder, 'p.parquet');
    const anew = await succeed(work(buyers, { datasetVersion: 'shop@2' }), cache, now);
    expect(anew.stats.loadedFrom).toBe('source');
    expect(anew.result).toEqual((await succeed(work(buyers), openCache(), now)).result);
  });

  test('is refused once its file is gone', async () => {
    await rm(path.join(folder, 'p.parquet'));

    expect(await run(work(buyers), cache)).toMatchObject({ status: 'ENDED_FAILED' });
  });

  test('is refused where its file was written again with the same size', async () => {
    const file = path.join(folder, 'p.parquet');
    await utimes(file, new Date(), new Date((await stat(file)).mtimeMs + 5_000));

    expect(await run(work(buyers), cache)).toMatchObject({ status: 'ENDED_FAILED', message: expect.stringContaining('has changed') as string });
  });
});

describe('Texts that are mostly different', () => {
  const pages = Array.from({ length: 6000 }, (_, row) => ({ user: row % 900, time: 1000 * row, event: row % 50 === 0 ? null : `/page/${(row * 7919) % 6007}`, price: row }));
  const visited = (value: string) => ({ query: { conditions: [{ filter: ['event', 'contains', value] }] } });
  const counted = { query: { conditions: [{ filter: ['event', 'contains', '7'] }], aggregations: [{ column: 'event', type: 'countPerValue', top: 2 }] } };
  beforeEach(async () => {
    part = await writePart(folder, 'pages.parquet', shopColumns(pages).map((column) => (column.name === 'event' ? { ...column, encoding: 'PLAIN' } : column)));
  });

  test('are judged for the first query that only filters them, and kept from the second on', async () => {
    const cache = openCache();
    const first = await succeed(work(visited('7')), cache);
    const second = await succeed(work(visited('7')), cache);
    const third = await succeed(work(visited('8')), cache);
    expect(second.result).toEqual(first.result);
    expect(second.stats.bytesRead).toBeGreaterThan(FOOTER_READ);
    expect(third.stats).toMatchObject({ ...nothingRead, loadedFrom: 'memory' });
    expect(third.result).toEqual((await succeed(work(visited('8')), openCache())).result);
    expect(third.result).not.toEqual(first.result);
  });

  test('are kept of a part that comes from disk, where the next process finds them', async () => {
    const results = [];
    for (const read of [true, true, false]) {
      const cache = openCache({ onDisk: true });
      const { result, stats } = await succeed(work(visited('7')), cache);
      expect(stats.bytesRead > 0).toBe(read);
      results.push(result);
      await cache.flush();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect(warnings).toEqual([]);
  });

  test('are kept at once where a query asks for their values', async () => {
    const cache = openCache();
    await succeed(work(counted), cache);
    expect((await succeed(work(visited('7')), cache)).stats).toMatchObject(nothingRead);
  });

  test('are judged beside what is kept of a part, whatever filters were asked of it before', async () => {
    const cache = openCache();
    await succeed(work({ query: { conditions: [{ filter: ['price', '>', 10] }] } }), cache);
    for (const value of ['7', '12', '7']) {
      expect((await succeed(work(visited(value)), cache)).result).toEqual((await succeed(work(visited(value)), openCache())).result);
    }
    expect((await succeed(work(counted), cache)).result).toEqual((await succeed(work(counted), openCache())).result);
  });
});
