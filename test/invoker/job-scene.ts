import { rm } from 'node:fs/promises';
import { pino } from 'pino';
import type { Datastore } from '../../lambda/datastore/datastore';
import type { Job, QueryWork, Task, TaskOutcome, TaskStats, TaskStatus, TaskSuccess } from '../../lambda/datastore/job';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import type { TaskBoard } from '../../lambda/datastore/task-board';
import { JobRunner } from '../../lambda/invoker/jobs';
import type { FinishedJob, JobRequest } from '../../lambda/invoker/jobs';
import type { Launcher } from '../../lambda/invoker/launcher';
import type { RunOptions } from '../../lambda/invoker/service';
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
export const parts = ['a', 'b', 'c'].map((filename) => ({ filename, size: 1, etag: filename }));

export function success(rows: number): TaskOutcome {
  return { status: 'ENDED_SUCCESS', result: { scannedRows: rows, scannedGroups: 1, query: { matchingGroups: 1, matchingGroupRows: rows, aggregations: [] }, funnel: null }, stats };
}

export function failure(retryable: boolean, message = 'Part: broken'): TaskOutcome {
  return { status: 'ENDED_FAILED', errorKind: 'TASK_FAILED', message, retryable, stats };
}

let datastore: Datastore | null = null;

/** Gives each of a file's tests a task board of its own. */
export function useTaskBoard(): void {
  let folder = '';
  beforeEach(async () => {
    folder = await temporaryFolder();
    datastore = await openDatastore({ dataDirectory: folder });
  });
  afterEach(async () => {
    await datastore?.close();
    await rm(folder, { recursive: true });
  });
}

/** The present test's. */
export function board(): TaskBoard {
  if (datastore === null) throw new Error('There is a task board in tests only.');
  return datastore.tasks;
}

/** A launcher that runs no worker but does with each claimed task what the test says. */
export function scripted(onTask: (job: Job, task: Task) => Promise<void> | void): Launcher {
  return {
    async launch(job, tasks) {
      for (let count = 0; count < tasks.length; count++) {
        const task = await board().claim(job.requestId);
        if (task !== null) await onTask(job, task);
      }
    },
    close: () => Promise.resolve(),
  };
}

export interface CollectedJob extends FinishedJob {
  readonly results: readonly TaskSuccess['result'][];
}

export function runner(launcher: Launcher, more: { jobTimeout?: number; lostRetryInterval?: number; ended?: TaskStatus[]; taskBoard?: TaskBoard } = {}) {
  const { jobTimeout = 20_000, lostRetryInterval = 10_000, ended = [], taskBoard = board() } = more;
  const jobs = new JobRunner({
    board: taskBoard,
    launcher,
    jobTimeout,
    maxAttempts: 3,
    failedRetryInterval: 10,
    lostRetryInterval,
    selectionWait: 0,
    logger: pino({ level: 'silent' }),
    onTaskEnded: (status) => ended.push(status),
  });
  return { run: (job: Omit<JobRequest, 'onResult'>, options: RunOptions) => runCollecting(jobs, job, options) };
}

/** Runs a job and gives its results with it, in the parts' order. */
export async function runCollecting(jobs: JobRunner, job: Omit<JobRequest, 'onResult'>, options: RunOptions): Promise<CollectedJob> {
  const results: TaskSuccess['result'][] = [];
  const finished = await jobs.run({ ...job, onResult: (result, index) => (results[index] = result) }, options);
  return { ...finished, results };
}

export const request = { requestId: 'request', datasetName: 'shop', work, parts, mayBeCached: false };
export const complete = (job: Job, task: Task, outcome: TaskOutcome) => board().complete(job.requestId, task, outcome);
