import pRetry from 'p-retry';
import { DatastoreError } from '../datastore/errors';

/** Milliseconds before the datastore is asked again: doubled each time, up to the greatest. */
const RETRY_DELAY = 250;
const RETRY_DELAY_MAXIMUM = 2_000;

/**
 * Does again what the datastore failed to do, until it does or the signal is aborted.
 *
 * @param retries most attempts after the first; default: no limit
 * @throws what the work throws for other reasons, or at last; the signal's reason
 */
export function persistently<Result>(work: () => Promise<Result>, signal: AbortSignal, retries = Infinity): Promise<Result> {
  return pRetry(work, {
    retries,
    minTimeout: RETRY_DELAY,
    maxTimeout: RETRY_DELAY_MAXIMUM,
    signal,
    shouldRetry: ({ error }) => error instanceof DatastoreError && error.retryable,
  });
}
