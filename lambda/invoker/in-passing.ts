import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

/** Milliseconds that an answer waits for what is cleared up after it: a datastore that is away must not keep it back. */
const PATIENCE = 1_000;

/**
 * Waits for what an answer does not depend on, but only for a moment. What fails is logged, and expires by itself.
 *
 * @param consequence of a failure, for the log
 */
export async function inPassing(clearing: Promise<void>, logger: Pick<Logger, 'warn'>, requestId: string, consequence: string): Promise<void> {
  const cleared = clearing.catch((error: unknown) => logger.warn({ err: error, requestId }, consequence));
  const over = new AbortController();
  try {
    await Promise.race([cleared, delay(PATIENCE, undefined, { signal: over.signal }).catch(() => {})]);
  } finally {
    over.abort();
  }
}
