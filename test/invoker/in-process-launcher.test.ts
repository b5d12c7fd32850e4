import { rm } from 'node:fs/promises';
import { pino } from 'pino';
import { DatastoreUnavailableError } from '../../lambda/datastore/errors';
import type { QueryWork } from '../../lambda/datastore/job';
import type { TaskBoard } from '../../lambda/datastore/task-board';
import { InProcessLauncher } from '../../lambda/invoker/in-process-launcher';
import { ThreadLane } from '../../lambda/invoker/thread-lanes';
import { describePart, shopFolder } from '../worker/parquet-parts';
import { board, request, runner, useTaskBoard } from './job-scene';
import { bundleThread } from './thread-bundle';
import type { ThreadBundle } from './thread-bundle';

let bundle: ThreadBundle;
let folder: string;
beforeAll(async () => {
  [bundle, folder] = [await bundleThread('lambda/worker/thread.ts'), await shopFolder(1)];
});
afterAll(() => Promise.all([bundle.remove(), rm(folder, { recursive: true })]));
useTaskBoard();

/** Fails what it is asked for as often as said, then does it. */
function failing(times: number, calls: string[]): TaskBoard {
  const inner = board();
  const attempt = <Result>(call: string, work: () => Promise<Result>): Promise<Result> => {
    calls.push(call);
    return calls.filter((other) => other === call).length > times ? work() : Promise.reject(new DatastoreUnavailableError('away'));
  };
  return {
    publish: (job, tasks) => inner.publish(job, tasks),
    republish: (requestId, tasks) => inner.republish(requestId, tasks),
    job: (requestId) => inner.job(requestId),
    claim: (requestId, options) => attempt('claim', () => inner.claim(requestId, options)),
    report: (requestId, task, status) => inner.report(requestId, task, status),
    complete: (requestId, task, outcome) => attempt('complete', () => inner.complete(requestId, task, outcome)),
    events: (requestId, signal) => inner.events(requestId, signal),
    end: (requestId) => inner.end(requestId),
  };
}

test('A datastore that is away for a moment costs no task of a thread', async () => {
  const logger = pino({ level: 'silent' });
  const calls: string[] = [];
  const lane = new ThreadLane({ threadFile: bundle.file, roots: null, cache: { memoryBytes: 0, disk: null }, memoryLimit: Infinity, logger });
  const launcher = new InProcessLauncher({ board: failing(2, calls), lanes: [lane], logger });
  const work: QueryWork = { ...request.work, basepath: folder, groupIdColumn: 'user', timestampColumn: 'time', columns: [] };
  const part = await describePart(folder, 'part-00000.parquet');
  try {
    const job = await runner(launcher).run({ ...request, work: { ...work, columns: [{ name: 'user', type: 'INT', logical: null }, { name: 'time', type: 'INT', logical: null }] }, parts: [part] }, {});

    expect(job.results).toHaveLength(1);
    expect(job.measurements).toMatchObject({ retries: 0, failedAttempts: 0 });
    expect(calls).toEqual(['claim', 'claim', 'claim', 'complete', 'complete', 'complete']);
  } finally {
    await launcher.close();
  }
});
