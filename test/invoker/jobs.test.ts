import { rm } from 'node:fs/promises';
import { pino } from 'pino';
import type { Datastore } from '../../lambda/datastore/datastore';
import type { Job, QueryWork, Task, TaskOutcome, TaskStats, TaskStatus } from '../../lambda/datastore/job';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { JobRunner } from '../../lambda/invoker/jobs';
import type { Launcher } from '../../lambda/invoker/launcher';
import type { Progress } from '../../lambda/invoker/service';
import { temporaryFolder } from '../worker/parquet-parts';

const stats: TaskStats = { invokeLatency: 1, loadTime: 1, totalTime: 1, scannedRows: 1, scannedGroups: 1, bytesRead: 1, readRequests: 1, cold: false, loadedFrom: 'source' };
const work: QueryWork = {
  kind: 'query',
  basepath: '/data',
  groupIdColumn: 'user',
  timestampColumn: 'time',
  datasetVersion: 'shop@1',
  query: { timeframe: { from: null, to: null }, conditions: [], relation: null, aggregations: null, funnel: null },
  columns: [],
};
const parts = ['a', 'b', 'c'].map((filename) => ({ filename, size: 1, etag: filename }));

function success(rows: number): TaskOutcome {
  return { status: 'ENDED_SUCCESS', result: { scannedRows: rows, scannedGroups: 1, query: { matchingGroups: 1, matchingGroupRows: rows, aggregations: [] }, funnel: null }, stats };
}

function failure(retryable: boolean, message = 'Part: broken'): TaskOutcome {
  return { status: 'ENDED_FAILED', errorKind: 'TASK_FAILED', message, retryable, stats };
}

let folder: string;
let datastore: Datastore;
beforeEach(async () => {
  folder = await temporaryFolder();
  datastore = await openDatastore({ dataDirectory: folder });
});
afterEach(async () => {
  await datastore.close();
  await rm(folder, { recursive: true });
});

/** A launcher that runs no worker but does with each claimed task what the test says. */
function scripted(onTask: (job: Job, task: Task) => Promise<void> | void): Launcher {
  return {
    async launch(job, tasks) {
      for (let count = 0; count < tasks.length; count++) {
        const task = await datastore.tasks.claim(job.requestId);
        if (task !== null) await onTask(job, task);
      }
    },
    close: () => Promise.resolve(),
  };
}

function runner(launcher: Launcher, more: { jobTimeout?: number; lostRetryInterval?: number; ended?: TaskStatus[] } = {}): JobRunner {
  const { jobTimeout = 20_000, lostRetryInterval = 10_000, ended = [] } = more;
  return new JobRunner({
    board: datastore.tasks,
    launcher,
    jobTimeout,
    maxAttempts: 3,
    failedRetryInterval: 10,
    lostRetryInterval,
    selectionWait: 0,
    logger: pino({ level: 'silent' }),
    onTaskEnded: (status) => ended.push(status),
  });
}

const request = { requestId: 'request', datasetName: 'shop', work, parts, mayBeCached: false };
const complete = (job: Job, task: Task, outcome: TaskOutcome) => datastore.tasks.complete(job.requestId, task, outcome);

describe('A job', () => {
  test('has one result per part, in the parts’ order, whatever order they end in', async () => {
    const claimed: Task[] = [];
    const job = await runner(
      scripted(async (current, task) => {
        claimed.push(task);
        if (claimed.length === 3) for (const each of [...claimed].reverse()) await complete(current, each, success(each.index));
      }),
    ).run(request, {});

    expect(job.results.map((result) => ('query' in result ? result.scannedRows : null))).toEqual([0, 1, 2]);
    expect(job.measurements).toMatchObject({ attempts: 3, failedAttempts: 0, retries: 0 });
  });

  test('tries a part again whose failure may pass', async () => {
    const ended: TaskStatus[] = [];
    const attempts: string[] = [];
    const job = await runner(
      scripted((current, task) => {
        attempts.push(`${task.part.filename}${task.attempt}`);
        return complete(current, task, task.index === 1 && task.attempt < 3 ? failure(true) : success(task.attempt));
      }),
      { ended },
    ).run(request, {});

    expect(attempts).toEqual(['a1', 'b1', 'c1', 'b2', 'b3']);
    expect(job.results.map((result) => ('query' in result ? result.scannedRows : null))).toEqual([1, 3, 1]);
    expect(job.measurements).toMatchObject({ attempts: 5, failedAttempts: 2, retries: 2 });
    expect(ended.filter((status) => status === 'ENDED_FAILED')).toHaveLength(2);
  });

  test('fails after the last attempt, and tells how many there were', async () => {
    const run = runner(scripted((job, task) => complete(job, task, failure(true, `Part '${task.part.filename}': no connection`)))).run({ ...request, parts: [parts[0]] }, {});

    await expect(run).rejects.toMatchObject({ kind: 'TASK_FAILED', message: "Part 'a': no connection (tried 3 times)" });
  });

  test('fails at once where trying again is of no use', async () => {
    const attempts: number[] = [];
    const run = runner(
      scripted((job, task) => {
        attempts.push(task.attempt);
        return complete(job, task, { ...failure(false), errorKind: 'LIMIT' } as TaskOutcome);
      }),
    ).run({ ...request, parts: [parts[0]] }, {});

    await expect(run).rejects.toMatchObject({ kind: 'LIMIT', message: 'Part: broken' });
    expect(attempts).toEqual([1]);
  });

  test('counts a part once whose attempts both succeed', async () => {
    const job = await runner(
      scripted(async (current, task) => {
        await complete(current, task, success(task.index + 1));
        await complete(current, { ...task, attempt: 2 }, success(100));
      }),
    ).run(request, {});

    expect(job.results.map((result) => ('query' in result ? result.scannedRows : null))).toEqual([1, 2, 3]);
  });

  test('takes a part’s success from an attempt that was given up', async () => {
    const job = await runner(
      scripted((current, task) => (task.attempt === 1 ? complete(current, task, failure(true)) : complete(current, { ...task, attempt: 0 }, success(7)))),
    ).run({ ...request, parts: [parts[0]] }, {});

    expect(job.results).toMatchObject([{ scannedRows: 7 }]);
  });

  test('tries a part again whose worker has fallen silent, and takes whichever attempt succeeds first', async () => {
    const claimed: string[] = [];
    let lost: Task | null = null;
    const job = await runner(
      scripted(async (current, task) => {
        claimed.push(`${task.part.filename}${task.attempt}`);
        if (task.index === 1 && task.attempt === 1) lost = task;
        else if (task.index === 1 && lost !== null) await complete(current, lost, success(7));
        else await complete(current, task, success(1));
      }),
      { lostRetryInterval: 200 },
    ).run(request, {});

    expect(claimed).toEqual(['a1', 'b1', 'c1', 'b2']);
    expect(job.results).toMatchObject([{ scannedRows: 1 }, { scannedRows: 7 }, { scannedRows: 1 }]);
    expect(job.measurements).toMatchObject({ attempts: 4, failedAttempts: 0, retries: 1 });
  });

  test('leaves a part alone that gives signs of life', async () => {
    const claimed: number[] = [];
    await runner(
      scripted((current, task) => {
        claimed.push(task.attempt);
        const signs = setInterval(() => void datastore.tasks.report(current.requestId, task, 'RUNNING_QUERY'), 20);
        setTimeout(() => {
          clearInterval(signs);
          void complete(current, task, success(1));
        }, 900);
      }),
      { lostRetryInterval: 300 },
    ).run(request, {});

    expect(claimed).toEqual([1, 1, 1]);
  });

  test('waits for a silent part to its deadline once its attempts are used up', async () => {
    const claimed: number[] = [];
    const run = runner(scripted((_, task) => void claimed.push(task.attempt)), { lostRetryInterval: 50, jobTimeout: 1_000 }).run({ ...request, parts: [parts[0]] }, {});

    await expect(run).rejects.toMatchObject({ kind: 'TIMEOUT' });
    expect(claimed).toEqual([1, 2, 3]);
  });

  test('calls workers again where invocations got lost', async () => {
    let launches = 0;
    const inner = scripted((job, task) => complete(job, task, success(task.attempt)));
    const losing: Launcher = { ...inner, launch: (job, tasks, ended) => (launches++ === 0 ? inner.launch(job, tasks.slice(1), ended) : inner.launch(job, tasks, ended)) };
    const job = await runner(losing, { lostRetryInterval: 100 }).run(request, {});

    expect(job.results).toMatchObject([{ scannedRows: 1 }, { scannedRows: 1 }, { scannedRows: 1 }]);
    expect(job.measurements).toMatchObject({ failedAttempts: 0, retries: 1 });
  });

  test('fails at once where nothing can be launched', async () => {
    const refusing: Launcher = { launch: () => Promise.reject(new Error('no such function')), close: () => Promise.resolve() };

    await expect(runner(refusing).run(request, {})).rejects.toThrow('no such function');
  });

  test('publishes anew what the datastore has lost, and keeps what it knows already', async () => {
    const claimed: string[] = [];
    const job = await runner(
      scripted(async (current, task) => {
        claimed.push(`${task.part.filename}${task.attempt}`);
        await complete(current, task, success(task.attempt));
        // Long enough for the follower to have read the first part's success.
        if (task.index === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        if (claimed.length === 1) await datastore.tasks.end(current.requestId);
      }),
    ).run(request, {});

    expect(claimed).toEqual(['a1', 'b2', 'c2']);
    expect(job.results).toMatchObject([{ scannedRows: 1 }, { scannedRows: 2 }, { scannedRows: 2 }]);
  });

  test('ends with TIMEOUT where a task never ends', async () => {
    const run = runner(scripted(() => {}), { jobTimeout: 200 }).run(request, {});

    await expect(run).rejects.toMatchObject({ kind: 'TIMEOUT' });
    await expect(run).rejects.toThrow("Not finished within 0.2 seconds: 3 of 3 parts are missing; of 'a' it is attempt 1, last heard of 0 seconds ago (LOADING_DATA).");
  });

  test('ends with TIMEOUT where the launcher hangs', async () => {
    const hanging: Launcher = { launch: () => new Promise(() => {}), close: () => Promise.resolve() };

    await expect(runner(hanging, { jobTimeout: 200 }).run(request, {})).rejects.toMatchObject({ kind: 'TIMEOUT' });
  });

  test('ends with the caller’s reason where the caller gives up', async () => {
    const caller = new AbortController();
    const run = runner(scripted(() => {})).run(request, { signal: caller.signal, onProgress: ({ stage }) => stage === 'RUNNING' && caller.abort(new Error('gone')) });

    await expect(run).rejects.toThrow('gone');
  });

  test('does not start where the caller has given up already', async () => {
    const launched: Task[] = [];
    const run = runner(scripted((_, task) => void launched.push(task))).run(request, { signal: AbortSignal.abort(new Error('gone')) });

    await expect(run).rejects.toThrow('gone');
    expect(launched).toEqual([]);
  });

  test.each([
    ['succeeds', 20_000, (task: Task) => success(task.index)],
    ['fails', 20_000, () => failure(false)],
    ['times out', 200, () => null],
  ])('leaves nothing on the board when it %s: late workers are refused', async (_, jobTimeout, outcomeOf) => {
    let job: Job | null = null;
    const run = runner(
      scripted(async (current, task) => {
        job = current;
        expect(await datastore.tasks.job(current.requestId)).toMatchObject({ requestId: 'request' });
        const outcome = outcomeOf(task);
        if (outcome !== null) await complete(current, task, outcome);
      }),
      { jobTimeout },
    ).run(request, {});
    await Promise.allSettled([run]);

    expect(job).not.toBeNull();
    expect(await datastore.tasks.job('request')).toBeNull();
    expect(await datastore.tasks.claim('request')).toBeNull();
  });

  test('aborts the launcher’s signal when it is over, so that what still runs is stopped', async () => {
    let signal: AbortSignal | null = null;
    const inner = scripted((job, task) => complete(job, task, success(0)));
    await runner({ ...inner, launch: (job, tasks, jobEnded) => ((signal = jobEnded), inner.launch(job, tasks, jobEnded)) }).run(request, {});

    expect(signal).toMatchObject({ aborted: true });
  });

  test('tells its progress', async () => {
    const reports: Progress[] = [];
    await runner(
      scripted(async (job, task) => {
        await datastore.tasks.report(job.requestId, task, 'LOADING_DATA');
        await complete(job, task, task.attempt === 1 ? failure(true) : success(0));
      }),
    ).run(request, { onProgress: (report) => reports.push(report) });

    expect(reports[0]).toMatchObject({ stage: 'STARTING', tasks: { QUEUED: 3 } });
    expect(reports.at(-1)).toMatchObject({ stage: 'FINISHING', tasks: { ENDED_SUCCESS: 3 } });
    for (const { tasks } of reports) expect(Object.values(tasks).reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});
