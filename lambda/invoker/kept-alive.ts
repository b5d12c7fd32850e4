import type { Logger } from 'pino';

/** Milliseconds after which what a process holds is free again where the process died. */
export const LEASE_TTL = 9_000;

/** Two renewals may fail before what is held is lost. */
const RENEWAL_INTERVAL = LEASE_TTL / 3;

/** Renews what a process holds until the work that it is held for has ended, however it ends. */
export async function keptAlive<Result>(renew: () => Promise<void>, logger: Logger, work: () => Promise<Result>): Promise<Result> {
  const renewal = setInterval(() => {
    renew().catch((error: unknown) => logger.warn({ err: error }, 'What this process holds could not be renewed'));
  }, RENEWAL_INTERVAL);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
  }
}
