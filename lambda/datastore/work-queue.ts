import type { Job } from './job';

/**
 * Calls long-running workers to jobs: a ticket is good for one task of its job's board. A ticket is lent, and comes back
 * when it is not renewed in time, so that no task is lost with its worker.
 */
export interface WorkQueue {
  /** Adds tickets for a job, which are worthless after its deadline. */
  push(job: Job, count: number): Promise<void>;
  /** Takes the oldest ticket that is free, waiting about a second for one; null where none came, or the signal is aborted. */
  take(signal: AbortSignal): Promise<Ticket | null>;
  /** Keeps a ticket for another `TICKET_LEASE`. */
  renew(ticket: Ticket): Promise<void>;
  /** Lets another worker have the ticket now. */
  giveBack(ticket: Ticket): Promise<void>;
  /** Removes a ticket: its task has ended. */
  finish(ticket: Ticket): Promise<void>;
  /** Tickets that wait or are lent: how much there is to do. */
  length(): Promise<number>;
}

/** Milliseconds after which a ticket comes back that was neither renewed nor finished. */
export const TICKET_LEASE = 10_000;

export interface Ticket {
  readonly id: string;
  readonly requestId: string;
  /** Milliseconds since the epoch, by the clock of whoever launched the task. */
  readonly launchedAt: number;
  /** How often the ticket has been lent, this time included: more than once where a worker died. */
  readonly lent: number;
}
