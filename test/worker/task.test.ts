import { rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PartFile } from '../../lambda/datastore/dataset';
import type { InspectionWork, QueryWork, Task, TaskOutcome, TaskStatus, TaskSuccess, Work } from '../../lambda/datastore/job';
import { parseQuery } from '../../lambda/query/parse-query';
import { runTask } from '../../lambda/worker/task';
import { describePart, shopColumns, shopEvents, temporaryFolder, writePart } from './parquet-parts';

const columns = [
  { name: 'user', type: 'INT', logical: null },
  { name: 'time', type: 'INT', logical: null },
  { name: 'event', type: 'STRING', logical: null },
] as const;
const schema = { groupIdColumn: 'user', timestampColumn: 'time', columns: new Map(columns.map(({ name, ...column }) => [name, column])), minTimestamp: 0, maxTimestamp: 1e6 };

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

function queryWork(query: unknown, more: Partial<QueryWork> = {}): QueryWork {
  return { kind: 'query', basepath: folder, groupIdColumn: 'user', timestampColumn: 'time', datasetVersion: 'shop@1', query: parseQuery(JSON.stringify(query), schema), columns, ...more };
}

function inspectionWork(): InspectionWork {
  return { kind: 'inspection', basepath: folder, groupIdColumn: 'user', timestampColumn: 'time', returnGroupIds: true };
}

async function run(work: Work, part: PartFile, statuses: TaskStatus[] = []): Promise<TaskOutcome> {
  const task: Task = { index: 0, attempt: 1, part };
  return runTask({ work, task, launchedAt: Date.now() }, (status) => statuses.push(status));
}

async function succeed(work: Work, part: PartFile): Promise<TaskSuccess> {
  const outcome = await run(work, part);
  if (outcome.status !== 'ENDED_SUCCESS') throw new Error(outcome.message);
  return outcome;
}

const buyers = { query: { conditions: [{ filter: ['event', '==', 'buy'] }] } };

describe('A query task', () => {
  test('evaluates its part and tells what it took', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));
    const statuses: TaskStatus[] = [];

    const outcome = await run(queryWork(buyers), part, statuses);

    expect(outcome).toMatchObject({
      status: 'ENDED_SUCCESS',
      result: { scannedRows: 14, scannedGroups: 8, query: { matchingGroups: 2, matchingGroupRows: 6 }, funnel: null },
      stats: { scannedRows: 14, scannedGroups: 8, loadedFrom: 'source' },
    });
    expect(statuses).toEqual(['RUNNING_QUERY']);
    expect(outcome.stats.bytesRead).toBeGreaterThan(0);
    expect(outcome.stats.readRequests).toBeGreaterThan(0);
    expect(outcome.stats.totalTime).toBeGreaterThanOrEqual(outcome.stats.loadTime);
  });

  test('is cold only as a worker’s first', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));
    await run(queryWork({}), part);

    expect((await succeed(queryWork({}), part)).stats.cold).toBe(false);
  });

  test('gives signs of life as long as it runs', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));
    jest.useFakeTimers({ doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] });
    try {
      const statuses: TaskStatus[] = [];
      const running = run(queryWork(buyers), part, statuses);
      jest.advanceTimersByTime(5_000);
      await running;
      jest.advanceTimersByTime(60_000);

      expect(statuses).toEqual(['LOADING_DATA', 'LOADING_DATA', 'RUNNING_QUERY']);
    } finally {
      jest.useRealTimers();
    }
  });

  test('has no negative latency where the launcher’s clock is ahead', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));
    const task: Task = { index: 0, attempt: 1, part };

    expect((await runTask({ work: queryWork(buyers), task, launchedAt: Date.now() + 60_000 }, () => {})).stats.invokeLatency).toBe(0);
  });

  test('reads only the columns it needs', async () => {
    const events = Array.from({ length: 40_000 }, (_, row) => ({ user: row, time: row, event: `event number ${row * 7919}` }));
    const part = await writePart(folder, 'p.parquet', shopColumns(events));

    const narrow = await succeed(queryWork({}), part);
    const wide = await succeed(queryWork({ query: { aggregations: [{ column: 'event', type: 'count' }] } }), part);

    expect(narrow.stats.bytesRead).toBeLessThan(wide.stats.bytesRead - 200_000);
  });

  test('of a part without rows finds nothing', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns([]));

    expect((await succeed(queryWork(buyers), part)).result).toMatchObject({ scannedRows: 0, query: { matchingGroups: 0, matchingGroupRows: 0 } });
  });
});

describe('An inspection task', () => {
  test('returns what its part holds', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));

    const outcome = await succeed(inspectionWork(), part);

    expect(outcome.result).toMatchObject({ rows: 14, groups: 8, minTimestamp: 1, maxTimestamp: 7001 });
    expect(outcome.stats).toMatchObject({ scannedRows: 14, scannedGroups: 8 });
  });

  test('says which part has a column that cannot serve', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns([{ user: null, time: 1, event: '' }]));

    expect(await run(inspectionWork(), part)).toMatchObject({
      status: 'ENDED_FAILED',
      errorKind: 'TYPE_MISMATCH',
      message: "Part 'p.parquet': group-ID column 'user' holds 1 null; it should be an integer or string column without nulls",
      retryable: false,
    });
  });
});

describe('A failure names the part and the cause, and says whether to try again', () => {
  test('where the file is not Parquet', async () => {
    await writeFile(path.join(folder, 'broken.parquet'), 'not a Parquet file at all, though long enough');

    const outcome = await run(queryWork({}), await describePart(folder, 'broken.parquet'));

    expect(outcome).toMatchObject({ status: 'ENDED_FAILED', errorKind: 'TASK_FAILED', retryable: false });
    expect(outcome).toHaveProperty('message', expect.stringContaining('broken.parquet'));
  });

  test('where the file has been cut off since it was registered', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));
    await truncate(path.join(folder, 'p.parquet'), 100);

    const outcome = await run(queryWork({}), part);

    expect(outcome).toMatchObject({ status: 'ENDED_FAILED', errorKind: 'TASK_FAILED', retryable: false });
    expect(outcome).toHaveProperty('message', expect.stringContaining('p.parquet'));
  });

  test('where the file is gone', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)));
    await rm(path.join(folder, 'p.parquet'));

    const outcome = await run(queryWork({}), part);

    expect(outcome).toMatchObject({ status: 'ENDED_FAILED', errorKind: 'TASK_FAILED', retryable: false });
    expect(outcome).toHaveProperty('message', expect.stringContaining('p.parquet'));
  });

  test('where the part lacks a column of the dataset', async () => {
    const part = await writePart(folder, 'p.parquet', shopColumns(shopEvents(0)).slice(0, 2));

    expect(await run(queryWork(buyers), part)).toMatchObject({
      errorKind: 'TASK_FAILED',
      message: "Part 'p.parquet': has no column 'event'",
      retryable: false,
    });
  });

  test('where the part has a column of another type', async () => {
    const part = await writePart(folder, 'p.parquet', [...shopColumns(shopEvents(0)).slice(0, 2), { name: 'event', data: shopEvents(0).map(() => 1), type: 'INT32' }]);

    const outcome = await run(queryWork(buyers), part);

    expect(outcome).toMatchObject({ errorKind: 'TASK_FAILED', retryable: false });
    expect(outcome).toHaveProperty('message', expect.stringContaining("Part 'p.parquet': column 'event' is INT, but the dataset was registered with STRING"));
  });

  test('where a part that was not sampled has a group without an ID, or an event without a time', async () => {
    const groupless = await writePart(folder, 'g.parquet', shopColumns([{ user: null, time: 1, event: '' }]));
    const timeless = await writePart(folder, 't.parquet', shopColumns([{ user: 1, time: null, event: '' }]));

    expect(await run(queryWork({}), groupless)).toMatchObject({ errorKind: 'TASK_FAILED', retryable: false, message: expect.stringContaining("Part 'g.parquet': group-ID column 'user'") as string });
    expect(await run(queryWork({}), timeless)).toMatchObject({ errorKind: 'TASK_FAILED', retryable: false, message: expect.stringContaining("Part 't.parquet': timestamp column 'time'") as string });
  });
});
