import type { Logger } from 'pino';
import type { JobSlots } from '../datastore/process-sharing';
import { ServerClosingError, TooManyJobsError } from './errors';
import { inPassing } from './in-passing';
import { LEASE_TTL, keptAlive } from './kept-alive';
import type { Settings } from './settings';

export interface JobGateOptions {
  readonly settings: Pick<Settings, 'maxConcurrentJobs' | 'maxWaitingJobs'>;
  /** Counts the jobs of all processes; null where this one runs all. */
  readonly slots: JobSlots | null;
  readonly logger: Logger;
}

interface Waiting {
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Lets so many jobs run at once. Of this process's jobs, some more wait, first come, first served; what is too much even
 * for that, or too much together with other processes, is refused at once, so that clients can come again.
 */
export class JobGate {
  readonly #options: JobGateOptions;
  readonly #waiting = new Set<Waiting>();
  #running = 0;
  #isClosed = false;

  constructor(options: JobGateOptions) {
    this.#options = options;
  }

  /**
   * Runs a job once there is room for it.
   *
   * @param onWaiting called where it has to wait
   * @throws TooManyJobsError; ServerClosingError; the signal's reason where it is aborted while the job waits
   */
  async run<Result>(requestId: string, signal: AbortSignal, onWaiting: () => void, job: () => Promise<Result>): Promise<Result> {
    await this.#enter(signal, onWaiting);
    try {
      return await this.#withinSlots(requestId, job);
    } finally {
      this.#leave();
    }
  }

  /** Refuses those who wait, and who come. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.forEach(({ refuse }) => refuse(new ServerClosingError()));
    this.#waiting.clear();
  }

  async #enter(signal: AbortSignal, onWaiting: () => void): Promise<void> {
    const { maxConcurrentJobs, maxWaitingJobs } = this.#options.settings;
    if (this.#isClosed) {
      throw new ServerClosingError();
    }
    if (this.#running < maxConcurrentJobs) {
      this.#running++;
      return;
    }
    if (this.#waiting.size >= maxWaitingJobs) {
      throw new TooManyJobsError(`${this.#running} jobs run and ${this.#waiting.size} wait, and at most ${maxConcurrentJobs} and ${maxWaitingJobs} may (FROCKET_MAX_CONCURRENT_JOBS, FROCKET_MAX_WAITING_JOBS)`);
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(waiting);
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      };
      const waiting: Waiting = {
        enter: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
        refuse: (error) => {
          signal.removeEventListener('abort', giveUp);
          reject(error);
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) {
        giveUp();
        return;
      }
      onWaiting();
    });
  }

  /** Hands its place to who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next.enter();
  }

  async #withinSlots<Result>(requestId: string, job: () => Promise<Result>): Promise<Result> {
    const { slots, settings, logger } = this.#options;
    if (slots === null) {
      return job();
    }
    const { maxConcurrentJobs } = settings;
    if (!(await slots.take(requestId, maxConcurrentJobs, LEASE_TTL))) {
      throw new TooManyJobsError(`${maxConcurrentJobs} jobs run, and no more may at once (FROCKET_MAX_CONCURRENT_JOBS)`);
    }
    try {
      return await keptAlive(() => slots.renew(requestId, LEASE_TTL), logger, job);
    } finally {
      await inPassing(slots.free(requestId), logger, requestId, 'A job’s slot is free only once it expires');
    }
  }
}
