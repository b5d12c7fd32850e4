/** The invoker's side of the fan-out benchmark, alone in its process: the real job runner, launcher and board. Started by `fan-out.ts`. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { openDatastore } from '../lambda/datastore/open-datastore';
import type { QueryWork, TaskSuccess } from '../lambda/datastore/job';
import { Merger } from '../lambda/engine/merge';
import type { PartialResult } from '../lambda/engine/partial';
import { JobRunner } from '../lambda/invoker/jobs';
import { LambdaLauncher } from '../lambda/invoker/lambda-launcher';
import type { Launcher } from '../lambda/invoker/launcher';
import { readSettings } from '../lambda/invoker/settings';
import { jobStatistics } from '../lambda/invoker/statistics';
import type { ExpandedQuery } from '../lambda/query/expanded';

export interface InvokerJob {
  readonly parts: number;
  readonly query: ExpandedQuery;
  readonly memoryMegabytes: number;
}

/** Times in milliseconds. */
export interface InvokerReport {
  readonly total: number;
  readonly publish: number;
  readonly launch: number;
  readonly merge: number;
  /** Processor time of the whole process. */
  readonly processor: number;
  /** Dollars, by `stats.cost`: compute and requests. */
  readonly cost: number;
  readonly matchingGroups: number;
}

const [, , redisUrl] = process.argv;
const datastore = await openDatastore({ redisUrl });
const logger = pino({ level: 'warn' });
const lambda = new LambdaLauncher({ functionName: 'worker', logger });
const times = { publish: 0, launch: 0 };

const launcher: Launcher = { launch: (...job) => timed('launch', () => lambda.launch(...job)), close: () => lambda.close() };
const board = new Proxy(datastore.tasks, {
  get: (target, name) => {
    if (name === 'publish') {
      return (...job: Parameters<typeof target.publish>) => timed('publish', () => target.publish(...job));
    }
    const member: unknown = Reflect.get(target, name, target);
    return typeof member === 'function' ? (member.bind(target) as unknown) : member;
  },
});
const jobs = new JobRunner({ ...readSettings({}), board, launcher, logger, onTaskEnded: () => {} });

async function timed(what: keyof typeof times, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  await work();
  times[what] += performance.now() - startedAt;
}

async function run({ parts, query, memoryMegabytes }: InvokerJob): Promise<InvokerReport> {
  Object.assign(times, { publish: 0, launch: 0 });
  const work: QueryWork = {
    kind: 'query', basepath: 's3://bucket/events', groupIdColumn: 'user', timestampColumn: 'time', datasetVersion: 'events@1', query,
    columns: ['user', 'time'].map((name) => ({ name, type: 'INT', logical: null })),
  };
  const files = Array.from({ length: parts }, (_, index) => ({ filename: `part-${String(index).padStart(5, '0')}.parquet`, size: 40_000_000, etag: randomUUID() }));
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const merger = new Merger(query);
  const onResult = (result: TaskSuccess['result']) => merger.add(result as PartialResult);
  const job = await jobs.run({ requestId: randomUUID(), datasetName: 'events', work, parts: files, mayBeCached: true, onResult }, {});
  const mergeStartedAt = performance.now();
  const answer = merger.answer();
  const endedAt = performance.now();
  const { user, system } = process.cpuUsage(before);
  const { cost } = jobStatistics(job.measurements, files, endedAt - startedAt, { memoryMegabytes, architecture: 'arm64' });
  return { total: endedAt - startedAt, ...times, merge: endedAt - mergeStartedAt, processor: (user + system) / 1000, cost, matchingGroups: answer.query.matchingGroups };
}

process.on('message', (job: InvokerJob) => {
  run(job).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
