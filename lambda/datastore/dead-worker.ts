import type { Task, TaskFailure } from './job';

/**
 * The outcome of an attempt whose worker cannot tell it, since it is dead.
 *
 * @param cause what is known of the death, as the end of a sentence
 */
export function deadWorker({ part }: Task, cause: string, { retryable }: { readonly retryable: boolean }): TaskFailure {
  return {
    status: 'ENDED_FAILED',
    errorKind: 'TASK_FAILED',
    message: `Part '${part.filename}': ${cause}`,
    retryable,
    stats: {
      invokeLatency: 0,
      loadTime: 0,
      totalTime: 0,
      scannedRows: 0,
      scannedGroups: 0,
      bytesRead: 0,
      readRequests: 0,
      cold: false,
      loadedFrom: 'source',
    },
  };
}
