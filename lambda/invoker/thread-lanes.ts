import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Logger } from 'pino';
import { Piscina } from 'piscina';
import { deadWorker } from '../datastore/dead-worker';
import type { LaunchedTask, TaskOutcome, TaskStatus } from '../datastore/job';

/** Milliseconds for which a task that nobody waits for any longer may still end by itself; its thread keeps what it has cached. */
const ABANDONED_PATIENCE = 1_000;

/** Milliseconds that an idle thread is given to write what it has yet to write to the cache on disk, before it is ended. */
const WRITING_PATIENCE = 2_000;

export interface ThreadOptions {
  /** The bundled `lambda/worker/thread.ts`: handed in, since an invoker imports no worker. */
  readonly threadFile: string;
  /** Folders and S3 prefixes that tasks may read; null: all that this process may. */
  readonly roots: readonly string[] | null;
  /** What each thread may keep of the parts that it reads: bytes of memory, and a folder that all share. */
  readonly cache: { readonly memoryBytes: number; readonly disk: { readonly directory: string; readonly maxBytes: number } | null };
  /** Bytes that reading a part may take in each thread. */
  readonly memoryLimit: number;
  readonly logger: Logger;
}

type ThreadRequest = LaunchedTask & { readonly statusPort: MessagePort };

interface ThreadAnswer {
  readonly outcome: TaskOutcome;
  readonly inMemory: readonly number[];
}

/** One worker thread, which runs one task at a time. It starts when first needed; one that dies is replaced. */
export class ThreadLane {
  /** Runs tasks, and the function `flush`, which takes nothing and answers nothing. */
  readonly #pool: Piscina<ThreadRequest | null, ThreadAnswer | void>;
  readonly #cached = new Map<string, readonly number[]>();
  #isStopping = false;
  #isRunning = false;

  constructor({ threadFile, roots, cache, memoryLimit, logger }: ThreadOptions) {
    this.#pool = new Piscina({
      filename: threadFile,
      workerData: { roots, cache, memoryLimit },
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: Infinity,
      // Waiting by Atomics would freeze a thread's sockets between tasks, and with them connections kept to S3.
      atomics: 'disabled',
    });
    this.#pool.on('error', (error: unknown) => {
      this.#cached.clear();
      // What a thread still says while it is stopped has nobody to hear it.
      if (!this.#isStopping) {
        logger.error({ err: error }, 'An idle worker thread died');
      }
    });
  }

  /** Places of the parts of a dataset's version that the thread has in memory. */
  cachedParts(datasetVersion: string): readonly number[] {
    return this.#cached.get(datasetVersion) ?? [];
  }

  /**
   * @param signal ends the task, and the thread with it where the task does not end by itself soon
   * @returns null where the task was stopped by the signal
   */
  async run(launched: LaunchedTask, onStatus: (status: TaskStatus) => void, signal: AbortSignal): Promise<TaskOutcome | null> {
    const { port1: statuses, port2: statusPort } = new MessageChannel();
    statuses.on('message', onStatus);
    const stop = new AbortController();
    const onAbort = () => {
      patience = setTimeout(() => stop.abort(), ABANDONED_PATIENCE);
    };
    let patience: NodeJS.Timeout | undefined;
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
    this.#isStopping = false;
    this.#isRunning = true;
    try {
      const answer = await this.#pool.run({ ...launched, statusPort }, { transferList: [statusPort], signal: stop.signal });
      const { outcome, inMemory } = answer as ThreadAnswer;
      if (launched.work.kind === 'query') {
        this.#cached.set(launched.work.datasetVersion, inMemory);
      }
      return signal.aborted ? null : outcome;
    } catch (error) {
      this.#isStopping = stop.signal.aborted;
      this.#cached.clear();
      // A task makes an outcome of every error, so what a thread throws is its own end: out of memory, a crash, an exit.
      const cause = error instanceof Error ? error.message : String(error);
      return signal.aborted ? null : deadWorker(launched.task, `the worker thread died: ${cause}`, { retryable: true });
    } finally {
      this.#isRunning = false;
      clearTimeout(patience);
      signal.removeEventListener('abort', onAbort);
      statuses.close();
    }
  }

  /** Ends the thread at once, and with it what it runs; where it runs nothing, once it has written what it keeps on disk. */
  async close(): Promise<void> {
    this.#isStopping = true;
    if (!this.#isRunning && this.#cached.size > 0) {
      // What is not written is read again.
      await this.#pool.run(null, { name: 'flush', signal: AbortSignal.timeout(WRITING_PATIENCE) }).catch(() => {});
    }
    await this.#pool.destroy();
  }
}

/** @param count threads, each of which keeps parts in a memory of its own */
export function threadLanes(count: number, options: ThreadOptions): ThreadLane[] {
  return Array.from({ length: count }, () => new ThreadLane(options));
}
