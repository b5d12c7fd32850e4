import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import type { Job, Task, TaskStatus } from '../datastore/job';
import type { TaskBoard } from '../datastore/task-board';
import type { Launcher } from './launcher';
import { persistently } from './persistently';
import type { ThreadLane } from './thread-lanes';

export interface InProcessLauncherOptions {
  readonly board: TaskBoard;
  /** Closed with the launcher. */
  readonly lanes: readonly ThreadLane[];
  readonly logger: Logger;
}

/** Runs tasks in threads of this process. */
export class InProcessLauncher implements Launcher {
  readonly #options: InProcessLauncherOptions;
  readonly #free: ThreadLane[];
  readonly #limit: LimitFunction;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: InProcessLauncherOptions) {
    this.#options = options;
    this.#free = [...options.lanes];
    this.#limit = pLimit(options.lanes.length);
  }

  launch(job: Job, tasks: readonly Task[], jobEnded: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([jobEnded, this.#closing.signal]);
    const launchedAt = Date.now();
    for (let count = 0; count < tasks.length; count++) {
      const run = this.#limit(() => this.#runNext(job, launchedAt, ended)).catch((error: unknown) => {
        if (!ended.aborted) {
          this.#options.logger.error({ err: error, requestId: job.requestId }, 'A task could not be run, or its outcome not be stored');
        }
      });
      this.#running.add(run);
      void run.finally(() => this.#running.delete(run));
    }
    return Promise.resolve();
  }

  /** Ends threads at once, and with them what they run: callers wait for their jobs first. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#options.lanes.map((lane) => lane.close()));
    await Promise.all(this.#running);
  }

  async #runNext(job: Job, launchedAt: number, ended: AbortSignal): Promise<void> {
    const lane = ended.aborted ? null : this.#takeLane(job);
    if (lane === null) {
      return;
    }
    try {
      await this.#runOn(lane, job, launchedAt, ended);
    } finally {
      this.#free.push(lane);
    }
  }

  async #runOn(lane: ThreadLane, job: Job, launchedAt: number, ended: AbortSignal): Promise<void> {
    const { board } = this.#options;
    const task = await persistently(() => board.claim(job.requestId, { cached: cachedFor(lane, job) }), ended);
    if (task === null) {
      return;
    }
    const outcome = await lane.run({ work: job.work, task, launchedAt }, (status) => this.#report(job, task, status), ended);
    // Where the task was stopped, nobody waits for it.
    if (outcome !== null) {
      await persistently(() => board.complete(job.requestId, task, outcome), ended);
    }
  }

  /** The free lane that has most of the dataset in memory; one is free, since there are as many as run at once. */
  #takeLane(job: Job): ThreadLane | null {
    const [best] = [...this.#free].sort((a, b) => cachedFor(b, job).length - cachedFor(a, job).length);
    this.#free.splice(this.#free.indexOf(best), 1);
    return best;
  }

  #report(job: Job, task: Task, status: TaskStatus): void {
    this.#options.board.report(job.requestId, task, status).catch((error: unknown) => {
      this.#options.logger.warn({ err: error, requestId: job.requestId }, 'A task’s status could not be stored');
    });
  }
}

function cachedFor(lane: ThreadLane, { work }: Job): readonly number[] {
  return work.kind === 'query' ? lane.cachedParts(work.datasetVersion) : [];
}
