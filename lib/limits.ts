/** Seconds that the invoker's function has beyond a query's own time: to start, connect, merge and answer. */
export const startupAllowance = 30;

/** Timeout of the invoker's function, in seconds. */
export function requiredFunctionTime(runTimeoutSeconds: number): number {
  return runTimeoutSeconds + startupAllowance;
}

/**
 * Bytes of the worker's part cache. A fifth of /tmp is left for files that are being written, and for what else needs it.
 */
export function cacheBytes(ephemeralStorageMegabytes: number): number {
  return Math.floor(ephemeralStorageMegabytes * 0.8) * 1024 * 1024;
}

/** Seconds that a query must be ready to wait where no queue worker runs: its length is told each minute, and a container takes a minute or two to start. */
export const workersStartSeconds = 300;
