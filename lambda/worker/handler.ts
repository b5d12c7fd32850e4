import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { pino } from 'pino';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { TaskBoard } from '../datastore/task-board';
import type { Job, Task, TaskStats } from '../datastore/job';
import { openFunctionDatastore } from '../datastore/function-datastore';
import { openPartCache } from './open-part-cache';
import { storeOutcome } from './store-outcome';
import { runTask } from './task';

/** What the invoker's launcher sends; see `lambda/invoker/lambda-launcher.ts`. */
const eventSchema = z.object({ requestId: z.string().min(1), launchedAt: z.number() });

/** Of the function's memory for cached parts, and for reading one; the rest is for laying out its rows, and for Node.js itself. */
const CACHE_SHARE = 0.25;
const READING_SHARE = 0.6;

const environmentSchema = z.object({
  /** Seconds after which a task is too old: whoever launched it waits for it no longer. */
  FROCKET_WORKER_REJECT_AGE: z.coerce.number().positive(),
  /** Folder of the part cache's files, and bytes of all of them. */
  FROCKET_CACHE_DIRECTORY: z.string().min(1),
  FROCKET_CACHE_BYTES: z.coerce.number().int().nonnegative(),
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().positive(),
  FROCKET_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

const environment = environmentSchema.parse(process.env);
const { FROCKET_WORKER_REJECT_AGE: rejectAge } = environment;
const log = pino({ level: environment.FROCKET_LOG_LEVEL });
const functionMemory = environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE * 2 ** 20;
const memoryLimit = functionMemory * READING_SHARE;
const cache = openPartCache(
  {
    memoryBytes: functionMemory * CACHE_SHARE,
    disk: { directory: environment.FROCKET_CACHE_DIRECTORY, maxBytes: environment.FROCKET_CACHE_BYTES },
  },
  log,
);
const metrics = new Metrics();

/**
 * Seconds by which this clock and the invoker's may differ: only what is too old even then is refused without a look. Of the rest, the
 * datastore knows by its own clock whether the job has ended.
 */
const CLOCK_TOLERANCE = 120;

/** The datastore is asked so often more to take an outcome: for some seconds, which are paid for. */
const COMPLETION_RETRIES = 4;

/** Milliseconds of an invocation in which it claims further tasks: each must be able to end before the function's time does. */
const CLAIMING_TIME = 5_000;

let board: Promise<TaskBoard> | null = null;

/**
 * The worker's Lambda function: invoked once per task, asynchronously. It claims a task of the job that it is invoked for
 * and runs it, and then another, as long as there are any that it has cached, or that nobody can have: some invocations
 * start late, and whoever is awake does their work meanwhile. Where none is left, because the job has ended or others came first, it does nothing.
 *
 * @throws where the datastore cannot be reached: the invocation then lands in the dead-letter queue
 */
export async function handler(event: unknown): Promise<void> {
  const startedAt = performance.now();
  const { requestId, launchedAt } = eventSchema.parse(event);
  const logger = log.child({ requestId });
  const age = (Date.now() - launchedAt) / 1000;
  if (age > rejectAge + CLOCK_TOLERANCE) {
    logger.warn({ age, rejectAge }, 'A task was refused: it is too old');
    return;
  }
  const tasks = await openBoard();
  const job = await tasks.job(requestId);
  let ran = 0;
  while (job !== null && (ran === 0 || performance.now() - startedAt < CLAIMING_TIME)) {
    const cached = job.work.kind === 'query' ? await cache.cachedParts(job.work.datasetVersion) : [];
    // Where others may have a part cached, they are left the time to come for it: reading it here would cost more than they do.
    const task = await tasks.claim(requestId, { cached, onlyCached: ran > 0 && job.selectionWait > 0 });
    if (task === null) break;
    await run(tasks, job, task, launchedAt, logger);
    ran++;
  }
  if (ran === 0) {
    logger.info('Nothing to do: the job has ended, or its tasks are taken');
  }
  // The client has its answer; what follows is for the next.
  await cache.flush();
  metrics.publishStoredMetrics();
}

async function run(tasks: TaskBoard, job: Job, task: Task, launchedAt: number, logger: Logger): Promise<void> {
  const { requestId, work } = job;
  // A function is frozen once it returns: what it reports must have arrived by then.
  const reports: Promise<void>[] = [];
  const outcome = await runTask({ work, task, launchedAt }, (status) => reports.push(tasks.report(requestId, task, status)), { cache, memoryLimit });
  await Promise.allSettled(reports);
  await storeOutcome(tasks, requestId, task, outcome, { retries: COMPLETION_RETRIES });
  count(outcome.stats);
  logger.info({ part: task.part.filename, attempt: task.attempt, status: outcome.status, stats: outcome.stats }, 'Task ended');
}

/** Names as `lib/constructs/product-metrics.ts` has them on its dashboard. */
function count({ cold, loadedFrom, bytesRead }: TaskStats): void {
  metrics.addMetric('ColdStart', MetricUnit.Count, cold ? 1 : 0);
  metrics.addMetric(loadedFrom === 'source' ? 'CacheMisses' : 'CacheHits', MetricUnit.Count, 1);
  metrics.addMetric('BytesRead', MetricUnit.Bytes, bytesRead);
}

/** Kept for the environment's life; opened anew where opening failed. */
async function openBoard(): Promise<TaskBoard> {
  board ??= openFunctionDatastore(process.env, { logger: log }).then(({ tasks }) => tasks);
  try {
    return await board;
  } catch (error) {
    board = null;
    throw error;
  }
}
