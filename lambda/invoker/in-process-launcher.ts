import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import { Piscina } from 'piscina';
import type { TaskBoard } from '../datastore/datastore';
import type { Job, LaunchedTask, Task, TaskFailure, TaskOutcome, TaskStatus } from '../datastore/job';
import type { Launcher } from './launcher';

export interface InProcessLauncherOptions {
  readonly board: TaskBoard;
  /** The bundled `lambda/worker/thread.ts`: handed in, since an invoker imports no worker. */
  readonly threadFile: string;
  /** Worker threads, each running one task at a time. */
  readonly threads: number;
  readonly logger: Logger;
}

/** Runs tasks in threads of this process. Threads start when first needed; one that dies is replaced. */
export class InProcessLauncher implements Launcher {
  readonly #options: InProcessLauncherOptions;
  readonly #pool: Piscina<LaunchedTask & { statusPort: MessagePort }, TaskOutcome>;
  readonly #limit: LimitFunction;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: InProcessLauncherOptions) {
    this.#options = options;
    this.#limit = pLimit(options.threads);
    this.#pool = new Piscina({
      filename: options.threadFile,
      minThreads: 0,
      maxThreads: options.threads,
      idleTimeout: Infinity,
      // Waiting by Atomics would freeze a thread's sockets between tasks, and with them connections kept to S3.
      atomics: 'disabled',
    });
    this.#pool.on('error', (error: unknown) => options.logger.error({ err: error }, 'An idle worker thread died'));
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
    await this.#pool.destroy();
  }

  async #runNext(job: Job, launchedAt: number, ended: AbortSignal): Promise<void> {
    const { board } = this.#options;
    const task = ended.aborted ? null : await board.claim(job.requestId);
    if (task === null) {
      return;
    }
    const outcome = await this.#runInThread(job, { work: job.work, task, launchedAt }, ended);
    if (outcome !== null) {
      await board.complete(job.requestId, task, outcome);
    }
  }

  /** Null where the task was stopped: nobody waits for it then. */
  async #runInThread(job: Job, launched: LaunchedTask, ended: AbortSignal): Promise<TaskOutcome | null> {
    const { port1: statuses, port2: statusPort } = new MessageChannel();
    statuses.on('message', (status: TaskStatus) => this.#report(job, launched.task, status));
    try {
      return await this.#pool.run({ ...launched, statusPort }, { transferList: [statusPort], signal: ended });
    } catch (error) {
      return ended.aborted ? null : deadThread(launched.task, error);
    } finally {
      statuses.close();
    }
  }

  #report(job: Job, task: Task, status: TaskStatus): void {
    this.#options.board.report(job.requestId, task, status).catch((error: unknown) => {
      this.#options.logger.warn({ err: error, requestId: job.requestId }, 'A task’s status could not be stored');
    });
  }
}

/** A task makes an outcome of every error, so what a thread throws is its own end: out of memory, a crash, an exit. */
function deadThread({ part }: Task, error: unknown): TaskFailure {
  const cause = error instanceof Error ? error.message : String(error);
  return {
    status: 'ENDED_FAILED',
    errorKind: 'TASK_FAILED',
    message: `Part '${part.filename}': the worker thread died: ${cause}`,
    retryable: true,
    stats: {
      invokeLatency: 0,
      loadTime: 0,
      totalTime: 0,
      scannedRows: 0,
      scannedGroups: 0,
      bytesRead: 0,
      readRequests: 0,
      cold: false,
      loadedFrom: 'source',
    },
  };
}
