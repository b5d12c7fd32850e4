import type { JobAnswer, JobState, JobStore } from './job-store';
import type { EmbeddedEnvironment } from './embedded-environment';
import type { EmbeddedTable } from './embedded-table';
import { unansweredLifetime, withInterruption } from './interrupted-job';
import { isRunning, thisProcess } from './process-owner';
import type { ProcessOwner } from './process-owner';

/** Milliseconds between two looks for jobs to be forgotten. */
const PURGE_INTERVAL = 60_000;

interface StoredJob {
  readonly job: JobState;
  readonly owner: ProcessOwner;
  /** When the job is forgotten, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

export class EmbeddedJobs implements JobStore {
  readonly #jobs: EmbeddedTable<StoredJob>;
  #purgedAt = 0;

  constructor(private readonly environment: EmbeddedEnvironment) {
    this.#jobs = environment.table('jobs');
  }

  create(job: JobState): Promise<void> {
    return this.environment.write(() => {
      this.#purge();
      this.#jobs.put(job.requestId, { job, owner: thisProcess(), expiresAt: Date.now() + unansweredLifetime(job) });
    });
  }

  replace(job: JobState & { readonly answer: JobAnswer }, ttl: number): Promise<void> {
    return this.environment.write(() => {
      this.#purge();
      this.#jobs.put(job.requestId, { job, owner: thisProcess(), expiresAt: Date.now() + ttl });
    });
  }

  async get(requestId: string): Promise<JobState | null> {
    const stored = await this.environment.read(() => this.#jobs.get(requestId));
    return stored === null || hasExpired(stored) ? null : withInterruption(stored.job, stored.expiresAt - Date.now(), !isRunning(stored.owner));
  }

  finish(requestId: string, answer: JobAnswer, ttl: number): Promise<void> {
    return this.environment.write(() => {
      const stored = this.#jobs.get(requestId);
      if (stored !== null && stored.job.answer === null) {
        this.#jobs.put(requestId, { ...stored, job: { ...stored.job, answer }, expiresAt: Date.now() + ttl });
      }
    });
  }

  /** Looks through all jobs, so not each time. */
  #purge(): void {
    if (Date.now() < this.#purgedAt + PURGE_INTERVAL) {
      return;
    }
    this.#purgedAt = Date.now();
    this.#jobs
      .values()
      .filter(hasExpired)
      .forEach(({ job }) => this.#jobs.remove(job.requestId));
  }
}

function hasExpired({ expiresAt }: StoredJob): boolean {
  return Date.now() >= expiresAt;
}
