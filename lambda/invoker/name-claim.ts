import type { Logger } from 'pino';
import type { DatasetRegistry } from '../datastore/registry';
import { ConflictError } from './errors';
import { inPassing } from './in-passing';

/** Milliseconds after which a name is free again whose registration died; a running one renews its claim thrice as often. */
const LEASE = 15_000;

/**
 * Runs a registration while its name is claimed, so that two of one name cannot mix.
 *
 * @param work is handed what it calls before it writes: it throws where the claim has been lost meanwhile
 * @throws ConflictError where another registration of the name runs
 */
export async function withClaimedName<Result>(
  datasets: DatasetRegistry,
  name: string,
  requestId: string,
  logger: Pick<Logger, 'warn'>,
  work: (confirmClaim: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const claim = async () => {
    if (!(await datasets.claimName(name, requestId, LEASE))) {
      throw new ConflictError(`Another registration of '${name}' is running; wait for it to end, or choose another name.`, '/name');
    }
  };
  await claim();
  // A renewal that fails is made up for by the next, or found out by the confirmation.
  const renewal = setInterval(() => void claim().catch(() => {}), LEASE / 3);
  try {
    return await work(claim);
  } finally {
    clearInterval(renewal);
    await inPassing(datasets.releaseName(name, requestId), logger, requestId, 'A dataset’s name is free only once its claim expires');
  }
}
