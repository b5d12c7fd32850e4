import { pino } from 'pino';
import * as z from 'zod';
import { CopiedRegistry } from '../datastore/copied-registry';
import { openFunctionDatastore } from '../datastore/function-datastore';
import { BucketObjects } from '../storage/bucket-objects';
import { createApp } from './app';
import { AsyncJobs } from './async-jobs';
import { ErrorReporter } from './error-reporter';
import { LambdaLauncher } from './lambda-launcher';
import { LocalService } from './local-service';
import { Metrics } from './metrics';
import { QueueLauncher } from './queue-launcher';
import { runScheduled } from './schedules';
import type { ScheduledEvent, ScheduleResult } from './schedules';
import type { QueryStats } from './service';
import { readSettings } from './settings';

/** Set by the deployment; see `lib/constructs/environment-variables.ts`. */
const environmentSchema = z.object({
  /** What runs tasks: the worker function, or whoever takes them from the queue. */
  FROCKET_INVOKER: z.enum(['aws_lambda', 'work_queue']).default('aws_lambda'),
  FROCKET_INVOKER_LAMBDA_NAME: z.string().min(1),
  FROCKET_WORKER_MEMORY_MB: z.coerce.number().int().positive(),
  FROCKET_WORKER_ARCHITECTURE: z.enum(['arm64', 'x86_64']),
  /** `s3://` prefixes, separated by commas; none: nothing may be registered. */
  FROCKET_ALLOWED_BASEPATHS: z.string().transform((list) => list.split(',').filter((basepath) => basepath !== '')),
  /** Holds the copies of what the datastore must not lose. */
  FROCKET_STATE_BUCKET: z.string().min(1),
  FROCKET_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** Funnel Rocket as one of its functions serves it. */
export interface FunctionService {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Waits for the jobs that clients will come back for. */
  readonly settle: () => Promise<void>;
  /** Does what a schedule asks for. */
  readonly runScheduled: (event: ScheduledEvent) => Promise<ScheduleResult>;
}

/**
 * Opens the service of a deployment from within its invoker function: the datastore over TLS, workers by Lambda or by its queue.
 *
 * @throws ZodError or SettingsError naming a variable; DatastoreUnavailableError
 */
export async function openFunctionService(
  environment: Readonly<Record<string, string | undefined>>,
  onQueryAnswered: (stats: QueryStats) => void,
): Promise<FunctionService> {
  const values = environmentSchema.parse(environment);
  const settings = readSettings(environment);
  const logger = pino({ level: values.FROCKET_LOG_LEVEL });
  const opened = await openFunctionDatastore(environment, { logger });
  const copies = new BucketObjects({ kind: 's3', bucket: values.FROCKET_STATE_BUCKET, prefix: 'registry/' });
  const datastore = { ...opened, datasets: new CopiedRegistry(opened.datasets, copies, logger) };
  const metrics = new Metrics();
  const hasQueue = values.FROCKET_INVOKER === 'work_queue';
  const service = new LocalService({
    datastore,
    launcher: hasQueue ? new QueueLauncher(datastore.queue) : new LambdaLauncher({ functionName: values.FROCKET_INVOKER_LAMBDA_NAME, logger }),
    settings,
    roots: values.FROCKET_ALLOWED_BASEPATHS,
    logger,
    // Queue workers are paid by the hour, whatever a query takes of it.
    ...(!hasQueue && { pricing: { memoryMegabytes: values.FROCKET_WORKER_MEMORY_MB, architecture: values.FROCKET_WORKER_ARCHITECTURE } }),
    onQueryAnswered,
  });
  const errors = new ErrorReporter(metrics, logger);
  const asyncJobs = new AsyncJobs({ jobs: datastore.jobs, settings, logger, errors });
  // Lambda ends a function without a word: there is no shutdown to wait for.
  const shutdown = new AbortController().signal;
  const app = createApp({ service, asyncJobs, settings, metrics, errors, logger, shutdown });
  return {
    fetch: (request) => app.fetch(request),
    settle: () => asyncJobs.settle(),
    runScheduled: (event) => runScheduled(event, { service, jobs: datastore.jobs, queue: datastore.queue }),
  };
}
