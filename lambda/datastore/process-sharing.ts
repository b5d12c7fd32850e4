import type { ErrorKind } from '../query/errors';

/** How processes that share a datastore agree on who does what. All of it ends by itself where its process dies. */
export interface ProcessSharing {
  readonly leases: AnswerLeases;
  readonly slots: JobSlots;
}

/** Who computes an answer that several processes are asked for: the leader, for whom the others wait. */
export interface AnswerLeases {
  /** Makes the holder the leader, for `ttl` milliseconds; where there is another, says how to wait for it. */
  take(key: string, holder: string, ttl: number): Promise<'leader' | LeaseWait>;
  renew(key: string, holder: string, ttl: number): Promise<void>;
  /** Ends the holder's lease, if it still has it, and wakes those who wait. */
  end(key: string, holder: string, end: LeaseEnd): Promise<void>;
  /** How the lease ended; null where it did not within its time, in which its leader renewed it or died, or where the signal was aborted. */
  ended(key: string, wait: LeaseWait, signal: AbortSignal): Promise<LeaseEnd | null>;
}

export interface LeaseWait {
  /** What had happened so far: what comes after it is news. */
  readonly after: string;
  /** Milliseconds that the lease lasts unless it is renewed. */
  readonly ttl: number;
}

/** `stored`: the answer is in the store. `error`: no run can do better. `given-up`: another run may. */
export type LeaseEnd = { readonly kind: 'stored' | 'given-up' } | { readonly kind: 'error'; readonly error: SharedError };

/** A `FrocketError` on its way to another process. */
export interface SharedError {
  readonly kind: ErrorKind;
  readonly message: string;
}

/** Jobs that run at once, over all processes. */
export interface JobSlots {
  /** Takes one of so many slots, for `ttl` milliseconds; false where none is free. */
  take(holder: string, slots: number, ttl: number): Promise<boolean>;
  renew(holder: string, ttl: number): Promise<void>;
  free(holder: string): Promise<void>;
}
