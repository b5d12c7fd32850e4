import type { Logger } from 'pino';
import type { JobStore } from '../datastore/job-store';
import { stringifyJson } from '../query/json';
import type { ErrorReporter } from './error-reporter';
import { NotFoundError } from './errors';
import { jsonTextOf } from './json-text';
import type { Progress } from './service';
import type { Settings } from './settings';
import { startRun } from './started-run';

export interface AsyncJobsOptions {
  readonly jobs: JobStore;
  readonly settings: Pick<Settings, 'jobTimeout' | 'answerTtl'>;
  readonly logger: Logger;
  readonly errors: ErrorReporter;
}

export interface JobReply {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

/** Jobs whose clients do not wait but come back for the answer, which is kept in the datastore. */
export class AsyncJobs {
  readonly #options: AsyncJobsOptions;
  /** Of jobs that run in this process. */
  readonly #progress = new Map<string, Progress>();
  readonly #running = new Set<Promise<void>>();

  constructor(options: AsyncJobsOptions) {
    this.#options = options;
  }

  /**
   * Starts a job and returns once it is launched.
   *
   * @throws what the run throws before it is launched
   */
  async start(requestId: string, datasetName: string, run: (onProgress: (progress: Progress) => void) => Promise<unknown>): Promise<void> {
    const { jobs, settings } = this.#options;
    const { answer } = await startRun(run, (progress) => this.#progress.set(requestId, progress));
    const now = Date.now();
    const created = jobs.create({ requestId, datasetName, createdAt: now, deadline: now + settings.jobTimeout, answer: null });
    const finished = this.#finish(requestId, created, answer);
    this.#running.add(finished);
    void finished.finally(() => this.#running.delete(finished));
    await created;
  }

  /**
   * The job's answer, or its progress while it runs.
   *
   * @throws NotFoundError
   */
  async reply(requestId: string): Promise<JobReply> {
    const job = await this.#options.jobs.get(requestId);
    if (job === null) {
      throw new NotFoundError(`There is no job '${requestId}', or its answer is no longer kept.`);
    }
    if (job.answer !== null) {
      return { status: job.answer.httpStatus, body: job.answer.body };
    }
    const progress = this.#progress.get(requestId);
    return { status: 202, body: stringifyJson({ success: true, requestId, status: 'RUNNING', ...(progress !== undefined && { progress }) }) };
  }

  /** Waits for the jobs that run now. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #finish(requestId: string, created: Promise<void>, answer: Promise<unknown>): Promise<void> {
    const { jobs, settings, logger, errors } = this.#options;
    const ended = await answer.then(
      (body) => ({ status: 200, body }),
      (error: unknown) => errors.report(error, requestId),
    );
    try {
      await created;
      await jobs.finish(requestId, { httpStatus: ended.status, body: jsonTextOf(ended.body) }, settings.answerTtl);
    } catch (error) {
      logger.error({ err: error, requestId }, 'The answer of an asynchronous job could not be stored');
    } finally {
      this.#progress.delete(requestId);
    }
  }
}
