import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Logger } from 'pino';
import { Piscina } from 'piscina';
import { deadWorker } from '../datastore/dead-worker';
import type { LaunchedTask, TaskOutcome, TaskStatus } from '../datastore/job';

export interface ThreadPoolOptions {
  /** The bundled `lambda/worker/thread.ts`: handed in, since an invoker imports no worker. */
  readonly threadFile: string;
  /** Threads, each running one task at a time. */
  readonly threads: number;
  /** Folders and S3 prefixes that tasks may read; default: all that this process may. */
  readonly roots?: readonly string[] | null;
  readonly logger: Logger;
}

type ThreadRequest = LaunchedTask & { readonly statusPort: MessagePort; readonly roots: readonly string[] | null };

/** Runs tasks in threads of this process. Threads start when first needed; one that dies is replaced. */
export class ThreadPool {
  readonly #pool: Piscina<ThreadRequest, TaskOutcome>;
  readonly #roots: readonly string[] | null;

  constructor({ threadFile, threads, roots = null, logger }: ThreadPoolOptions) {
    this.#roots = roots;
    this.#pool = new Piscina({
      filename: threadFile,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: Infinity,
      // Waiting by Atomics would freeze a thread's sockets between tasks, and with them connections kept to S3.
      atomics: 'disabled',
    });
    this.#pool.on('error', (error: unknown) => logger.error({ err: error }, 'An idle worker thread died'));
  }

  /**
   * @param signal ends the thread, and the task with it
   * @returns null where the task was stopped by the signal
   */
  async run(launched: LaunchedTask, onStatus: (status: TaskStatus) => void, signal: AbortSignal): Promise<TaskOutcome | null> {
    const { port1: statuses, port2: statusPort } = new MessageChannel();
    statuses.on('message', onStatus);
    try {
      return await this.#pool.run({ ...launched, statusPort, roots: this.#roots }, { transferList: [statusPort], signal });
    } catch (error) {
      // A task makes an outcome of every error, so what a thread throws is its own end: out of memory, a crash, an exit.
      const cause = error instanceof Error ? error.message : String(error);
      return signal.aborted ? null : deadWorker(launched.task, `the worker thread died: ${cause}`, { retryable: true });
    } finally {
      statuses.close();
    }
  }

  /** Ends threads at once, and with them what they run. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
