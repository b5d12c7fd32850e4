import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import type { TaskBoard } from '../datastore/task-board';
import type { Job, Task, TaskStatus } from '../datastore/job';
import type { Launcher } from './launcher';
import { ThreadPool } from './thread-pool';
import type { ThreadPoolOptions } from './thread-pool';

export interface InProcessLauncherOptions extends Pick<ThreadPoolOptions, 'threadFile' | 'threads'> {
  readonly board: TaskBoard;
  readonly logger: Logger;
}

/** Runs tasks in threads of this process. */
export class InProcessLauncher implements Launcher {
  readonly #options: InProcessLauncherOptions;
  readonly #pool: ThreadPool;
  readonly #limit: LimitFunction;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: InProcessLauncherOptions) {
    this.#options = options;
    this.#limit = pLimit(options.threads);
    this.#pool = new ThreadPool(options);
  }

  launch(job: Job, tasks: readonly Task[], jobEnded: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([jobEnded, this.#closing.signal]);
    const launchedAt = Date.now();
    for (let count = 0; count < tasks.length; count++) {
      const run = this.#limit(() => this.#runNext(job, launchedAt, ended)).catch((error: unknown) => {
        this.#options.logger.error({ err: error, requestId: job.requestId }, 'A task’s outcome could not be stored');
      });
      this.#running.add(run);
      void run.finally(() => this.#running.delete(run));
    }
    return Promise.resolve();
  }

  /** Ends threads at once, and with them what they run: callers wait for their jobs first. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
    await this.#pool.close();
  }

  async #runNext(job: Job, launchedAt: number, ended: AbortSignal): Promise<void> {
    const { board } = this.#options;
    const task = ended.aborted ? null : await board.claim(job.requestId);
    if (task === null) {
      return;
    }
    const outcome = await this.#pool.run({ work: job.work, task, launchedAt }, (status) => this.#report(job, task, status), ended);
    // Where the task was stopped, nobody waits for it.
    if (outcome !== null) {
      await board.complete(job.requestId, task, outcome);
    }
  }

  #report(job: Job, task: Task, status: TaskStatus): void {
    this.#options.board.report(job.requestId, task, status).catch((error: unknown) => {
      this.#options.logger.warn({ err: error, requestId: job.requestId }, 'A task’s status could not be stored');
    });
  }
}
