import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { DatastoreError } from '../datastore/errors';
import type { Job, Task, TaskFailure, TaskStatus, TaskSuccess } from '../datastore/job';
import type { TaskBoard, TaskEvent } from '../datastore/task-board';
import { JobTimeoutError, TaskFailedError } from './errors';
import { FollowedPart } from './followed-part';
import type { Launcher } from './launcher';
import { persistently } from './persistently';
import type { JobProgress } from './progress';
import type { Settings } from './settings';
import type { TaskSuccessMeasurement } from './statistics';

export interface FollowOptions extends Pick<Settings, 'maxAttempts' | 'failedRetryInterval' | 'lostRetryInterval'> {
  readonly board: TaskBoard;
  readonly launcher: Launcher;
  readonly progress: JobProgress;
  readonly logger: Logger;
  /** Aborted when the job ends before its time: at its deadline, or because nobody waits for it any longer. */
  readonly signal: AbortSignal;
  readonly onTaskEnded: (status: TaskStatus) => void;
  readonly onResult: ResultListener;
}

/** Given each part's result, once, as it comes. What it throws ends the job. @param index of the part */
export type ResultListener = (result: TaskSuccess['result'], index: number) => void;

export interface FollowedJob {
  readonly successes: readonly TaskSuccessMeasurement[];
  readonly failedAttempts: number;
  readonly retries: number;
  /** Milliseconds that each ended attempt ran. */
  readonly durations: readonly number[];
}

/** Milliseconds between two looks for what is due to be tried again. */
const TICK = 100;

/** Milliseconds until the datastore is asked again that failed. */
const TRY_AGAIN = 250;

/** Follows one job from its publication to its end. */
export class JobFollower {
  readonly #parts: FollowedPart[];
  readonly #succeeded = new Set<number>();
  readonly #successes: TaskSuccessMeasurement[] = [];
  readonly #durations: number[] = [];
  readonly #startedAt = performance.now();
  readonly #failure = new AbortController();
  readonly #signal: AbortSignal;
  #failedAttempts = 0;
  #retries = 0;
  #heardAt = performance.now();
  /** Milliseconds of silence after which workers are called anew for tasks that nobody claimed; doubled each time. */
  #patience: number;
  #launching = 0;
  #isPublishing = false;
  /** What the datastore last failed with, unless something was heard since. */
  #problem: unknown = null;

  /** @param tasks the first attempt of each part, as published */
  constructor(
    private readonly job: Job,
    tasks: readonly Task[],
    private readonly options: FollowOptions,
  ) {
    this.#parts = tasks.map((task) => new FollowedPart(task));
    this.#signal = AbortSignal.any([options.signal, this.#failure.signal]);
    this.#patience = options.lostRetryInterval;
  }

  /**
   * Waits until each part has succeeded once. Launches anew what failed in a way that may pass, what has been silent for
   * too long, and everything that has no result where the datastore forgot the job.
   *
   * @throws TaskFailedError where a part failed for good; JobTimeoutError; the launcher's error where it can launch
   * nothing; the signal's reason where it is aborted first
   */
  async follow(): Promise<FollowedJob> {
    const tick = setInterval(() => this.#lookForDue(), TICK);
    try {
      while (!(await this.#read())) {
        this.#signal.throwIfAborted();
        await this.#publishAnew();
      }
    } catch (error) {
      throw this.#explain(error);
    } finally {
      clearInterval(tick);
    }
    return {
      successes: this.#successes,
      failedAttempts: this.#failedAttempts,
      retries: this.#retries,
      durations: this.#durations,
    };
  }

  /** Has workers claim published tasks; a failure to launch ends the job. */
  async launch(tasks: readonly Task[]): Promise<void> {
    this.#launching++;
    try {
      await persistently(() => this.options.launcher.launch(this.job, tasks, this.options.signal), this.#signal);
    } catch (error) {
      this.#failure.abort(error);
    } finally {
      this.#launching--;
      this.#heardAt = performance.now();
    }
  }

  /** @returns whether all parts have succeeded; false where the datastore has forgotten the job */
  async #read(): Promise<boolean> {
    for (;;) {
      try {
        for await (const event of this.options.board.events(this.job.requestId, this.#signal)) {
          this.#note(event);
          if (this.#succeeded.size === this.#parts.length) {
            return true;
          }
        }
        return false;
      } catch (error) {
        if (!(error instanceof DatastoreError && error.retryable)) throw error;
        this.#problem = error;
        this.#log('A job’s events could not be read; trying again', { err: error });
        await delay(TRY_AGAIN, undefined, { signal: this.#signal }).catch(() => this.#signal.throwIfAborted());
      }
    }
  }

  #note(event: TaskEvent): void {
    this.#heardAt = performance.now();
    this.#patience = this.options.lostRetryInterval;
    this.#problem = null;
    const part = this.#parts[event.index];
    if (this.#succeeded.has(event.index)) {
      return;
    }
    if (event.outcome === null) {
      if (part.heard(event)) {
        this.options.progress.update(event.index, event.status);
      }
      return;
    }
    if (!part.end(event.attempt)) {
      return;
    }
    this.options.onTaskEnded(event.outcome.status);
    this.#durations.push(event.outcome.stats.totalTime);
    if (event.outcome.status === 'ENDED_FAILED') {
      this.#fail(part, event.attempt, event.outcome);
      return;
    }
    this.#succeeded.add(event.index);
    this.options.onResult(event.outcome.result, event.index);
    this.#successes.push({ stats: event.outcome.stats, endedAfter: performance.now() - this.#startedAt });
    this.options.progress.update(event.index, 'ENDED_SUCCESS');
  }

  #fail(part: FollowedPart, attempt: number, failure: TaskFailure): void {
    const { maxAttempts, failedRetryInterval, progress } = this.options;
    this.#failedAttempts++;
    const isLatest = attempt >= part.task.attempt;
    if (!failure.retryable || (isLatest && part.tries >= maxAttempts)) {
      progress.update(part.task.index, 'ENDED_FAILED');
      throw new TaskFailedError(failure, part.tries);
    }
    if (isLatest) {
      part.retryAt(performance.now() + failedRetryInterval);
      progress.update(part.task.index, 'QUEUED');
    }
  }

  /** Tries again what failed a while ago, what was claimed and then fell silent, and what nobody comes for. */
  #lookForDue(): void {
    if (this.#isPublishing) {
      return;
    }
    const { lostRetryInterval, maxAttempts } = this.options;
    const now = performance.now();
    const open = this.#openParts();
    const again = open.filter((part) => part.isRetryDue(now) || (part.isSilent(now, lostRetryInterval) && part.tries < maxAttempts));
    const unclaimed = this.#launching === 0 && now - this.#heardAt > this.#patience ? open.filter((part) => part.isUnclaimed) : [];
    if (again.length > 0 || unclaimed.length > 0) {
      void this.#tryAgain(again, unclaimed);
    }
  }

  /** An attempt counts once it is published: while the datastore is away, everything seems silent. */
  async #tryAgain(again: readonly FollowedPart[], unclaimed: readonly FollowedPart[]): Promise<void> {
    this.#isPublishing = true;
    const attempts = again.map((part) => ({ part, task: part.nextAttempt }));
    const tasks = [...attempts.map(({ task }) => task), ...unclaimed.map(({ task }) => task)];
    try {
      // Without a board, the reader finds that out too, and everything is published anew.
      if (await this.options.board.republish(this.job.requestId, tasks)) {
        this.#log('Tasks failed or got lost; they are launched anew', { again: again.length, unclaimed: unclaimed.length });
        attempts.forEach(({ part }) => part.tries++);
        if (unclaimed.length > 0) {
          this.#patience *= 2;
        }
        this.#launchAnew(tasks);
      }
    } catch (error) {
      this.#problem = error;
      this.#log('Tasks could not be published anew; trying again', { err: error });
      await delay(TRY_AGAIN);
    } finally {
      this.#isPublishing = false;
    }
  }

  /** The datastore lost the job, with all that was not read by then. */
  async #publishAnew(): Promise<void> {
    const open = this.#openParts();
    this.#log('The datastore has lost a job; what is missing of it is published anew', { parts: open.length });
    this.#isPublishing = true;
    const tasks = open.map(({ nextAttempt }) => nextAttempt);
    await persistently(() => this.options.board.publish(this.job, tasks), this.#signal);
    this.#isPublishing = false;
    this.#launchAnew(tasks);
  }

  /** @param tasks as published */
  #launchAnew(tasks: readonly Task[]): void {
    const now = performance.now();
    for (const task of tasks) {
      this.#parts[task.index].follow(task, now);
      this.options.progress.update(task.index, 'QUEUED');
    }
    this.#retries += tasks.length;
    void this.launch(tasks);
  }

  #openParts(): FollowedPart[] {
    return this.#parts.filter(({ task }) => !this.#succeeded.has(task.index));
  }

  #log(message: string, details: object): void {
    this.options.logger.warn({ requestId: this.job.requestId, ...details }, message);
  }

  #explain(error: unknown): unknown {
    if (this.#failure.signal.aborted) {
      return this.#failure.signal.reason;
    }
    const missing = this.#openParts();
    if (!(error instanceof JobTimeoutError) || missing.length === 0) {
      return error;
    }
    const problem = this.#problem instanceof Error ? `; the datastore fails: ${this.#problem.message}` : '';
    return new JobTimeoutError(
      error.timeout,
      `${missing.length} of ${this.#parts.length} parts are missing; of ${missing[0].describe(performance.now())}${problem}`,
    );
  }
}
