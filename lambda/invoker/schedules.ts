import * as z from 'zod';
import type { JobStore } from '../datastore/job-store';
import type { WorkQueue } from '../datastore/work-queue';
import { stringifyJson } from '../query/json';
import type { FrocketService } from './service';

/** What the deployment's rules send; see `lib/constructs/schedules.ts`. */
const scheduledEventSchema = z.union([
  z.strictObject({ queueLength: z.literal(true) }),
  z.strictObject({ prebake: z.strictObject({ name: z.string().min(1), dataset: z.string(), query: z.record(z.string(), z.unknown()) }) }),
]);

export type ScheduledEvent = z.output<typeof scheduledEventSchema>;

/**
 * Milliseconds for which the answer of a query that was run ahead is kept where no later run replaces it: longer than a
 * month, for schedules that come once a month.
 */
const KEEP_PREBAKED = 32 * 24 * 60 * 60 * 1000;

/** The event as one of a schedule; null where it is something else, as a request to the API. */
export function parseScheduledEvent(event: unknown): ScheduledEvent | null {
  const parsed = scheduledEventSchema.safeParse(event);
  return parsed.success ? parsed.data : null;
}

/** The ID of the job that holds the answer of a query that was run ahead. */
export function prebakedJobId(name: string): string {
  return `prebaked-${name}`;
}

export interface ScheduleDependencies {
  readonly service: Pick<FrocketService, 'query'>;
  readonly jobs: JobStore;
  readonly queue: WorkQueue;
}

/** What was done: the queue's length, or the job with the answer. */
export type ScheduleResult = { readonly queueLength: number } | { readonly prebaked: string };

/**
 * Does what a schedule asks for. A query that is run ahead is run in any case, and its answer stored for whoever asks the
 * same; it replaces that of the run before at once, and one that fails replaces none.
 *
 * @throws FrocketError where the query fails; DatastoreError
 */
export async function runScheduled(event: ScheduledEvent, { service, jobs, queue }: ScheduleDependencies): Promise<ScheduleResult> {
  if ('queueLength' in event) {
    return { queueLength: await queue.length() };
  }
  const { name, dataset, query } = event.prebake;
  const requestId = prebakedJobId(name);
  const response = await service.query(dataset, JSON.stringify(query), { fresh: true });
  const now = Date.now();
  const answer = { httpStatus: 200, body: stringifyJson(response) };
  await jobs.replace({ requestId, datasetName: dataset, createdAt: now, deadline: now, answer }, KEEP_PREBAKED);
  return { prebaked: requestId };
}
