/** Seconds that the invoker's function has beyond a query's own time: to start, connect, merge and answer. */
export const startupAllowance = 30;

/** Timeout of the invoker's function, in seconds. */
export function requiredFunctionTime(runTimeoutSeconds: number): number {
  return runTimeoutSeconds + startupAllowance;
}

/** Seconds beyond a query's own time for which its tasks may start: clocks differ a little, and one too late finds nothing to do. */
const lateTaskAllowance = 60;

/**
 * Age up to which Lambda tries to start a task, and up to which a worker takes it, in seconds. It exceeds the query's time, so that
 * what Lambda holds back while there are more tasks than workers still runs as long as anybody waits for it.
 */
export function greatestTaskAge(runTimeoutSeconds: number): number {
  return runTimeoutSeconds + lateTaskAllowance;
}

/**
 * Bytes of the worker's part cache. A fifth of /tmp is left for files that are being written, and for what else needs it.
 */
export function cacheBytes(ephemeralStorageMegabytes: number): number {
  return Math.floor(ephemeralStorageMegabytes * 0.8) * 1024 * 1024;
}

/** Seconds that a query must be ready to wait where no queue worker runs: its length is told each minute, and a container takes a minute or two to start. */
export const workersStartSeconds = 300;
