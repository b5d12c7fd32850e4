import pRetry from 'p-retry';
import { DatastoreError } from '../datastore/errors';
import type { Task, TaskOutcome } from '../datastore/job';
import type { TaskBoard } from '../datastore/task-board';

/** Milliseconds before the datastore is asked again: doubled each time, up to the greatest. */
const RETRY_DELAY = 250;
const RETRY_DELAY_MAXIMUM = 2_000;

/**
 * Stores what a task came to, again and again where the datastore is away or full: the work is done, and would have to be
 * done anew.
 *
 * @throws DatastoreError at last; the signal's reason
 */
export function storeOutcome(
  tasks: TaskBoard,
  requestId: string,
  task: Task,
  outcome: TaskOutcome,
  { retries, signal }: { readonly retries: number; readonly signal?: AbortSignal },
): Promise<void> {
  return pRetry(() => tasks.complete(requestId, task, outcome), {
    retries,
    minTimeout: RETRY_DELAY,
    maxTimeout: RETRY_DELAY_MAXIMUM,
    ...(signal !== undefined && { signal }),
    shouldRetry: ({ error }) => error instanceof DatastoreError && error.retryable,
  });
}
