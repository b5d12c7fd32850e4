import type { Logger } from 'pino';
import type { AnswerLeases, LeaseEnd } from '../datastore/process-sharing';
import { ForeignRunError, isFinalFailure } from './final-failure';
import { inPassing } from './in-passing';
import { LEASE_TTL, keptAlive } from './kept-alive';

export interface LeasedRun<Answer> {
  readonly key: string;
  /** Names this run among all processes'. */
  readonly holder: string;
  readonly signal: AbortSignal;
  /** Called once where another process computes the answer. */
  readonly onFollowing: () => void;
  readonly stored: () => Promise<Answer | null>;
  /** Computes the answer, and says whether it could be stored. */
  readonly compute: () => Promise<{ readonly answer: Answer; readonly isStored: boolean }>;
}

/**
 * Computes an answer unless another process does so already: then waits until that one has stored it. Where that process
 * dies, or gives up, or fails in a way that need not befall others, this one takes over.
 */
export async function runLeased<Answer>(leases: AnswerLeases, logger: Logger, run: LeasedRun<Answer>): Promise<{ readonly answer: Answer; readonly isOwn: boolean }> {
  const { key, holder, signal } = run;
  let following = false;
  for (;;) {
    signal.throwIfAborted();
    const lease = await leases.take(key, holder, LEASE_TTL);
    if (lease === 'leader') {
      return lead(leases, logger, run);
    }
    if (!following) {
      following = true;
      run.onFollowing();
    }
    const end = await leases.ended(key, lease, signal);
    if (end?.kind === 'error') {
      throw new ForeignRunError(end.error);
    }
    if (end?.kind === 'stored') {
      const answer = await run.stored();
      if (answer !== null) {
        return { answer, isOwn: false };
      }
    }
  }
}

async function lead<Answer>(leases: AnswerLeases, logger: Logger, run: LeasedRun<Answer>): Promise<{ readonly answer: Answer; readonly isOwn: boolean }> {
  const { key, holder } = run;
  let end: LeaseEnd = { kind: 'given-up' };
  try {
    // The leader before may have stored it a moment ago.
    const stored = await run.stored();
    if (stored !== null) {
      end = { kind: 'stored' };
      return { answer: stored, isOwn: false };
    }
    const { answer, isStored } = await keptAlive(() => leases.renew(key, holder, LEASE_TTL), logger, run.compute);
    end = isStored ? { kind: 'stored' } : end;
    return { answer, isOwn: true };
  } catch (error) {
    end = isFinalFailure(error) ? { kind: 'error', error: { kind: error.kind, message: error.message } } : end;
    throw error;
  } finally {
    await inPassing(leases.end(key, holder, end), logger, holder, 'Those who wait for an answer learn of its end only once its lease expires');
  }
}
