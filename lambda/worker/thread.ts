import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'node:worker_threads';
import { pino } from 'pino';
import type { LaunchedTask, TaskOutcome } from '../datastore/job';
import { openPartCache } from './open-part-cache';
import type { PartCacheSettings } from './open-part-cache';
import { runTask } from './task';

/** What is posted to a worker thread: `lambda/invoker/thread-lanes.ts`. */
interface ThreadRequest extends LaunchedTask {
  /** Each status of the task is posted here. */
  readonly statusPort: MessagePort;
}

/** What a thread is started with. */
interface ThreadSettings {
  /** Folders and S3 prefixes that tasks may read; null: all that this process may. */
  readonly roots: readonly string[] | null;
  readonly cache: PartCacheSettings;
  /** Bytes that reading a part may take. */
  readonly memoryLimit: number;
}

interface ThreadAnswer {
  readonly outcome: TaskOutcome;
  /** Places of the parts of the task's dataset that this thread has in memory. */
  readonly inMemory: readonly number[];
}

const { roots, cache: settings, memoryLimit } = workerData as ThreadSettings;
const cache = openPartCache(settings, pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true })));

/** Entry of a worker thread: a Piscina handler. */
export default async function runInThread({ statusPort, ...launched }: ThreadRequest): Promise<ThreadAnswer> {
  const outcome = await runTask(launched, (status) => statusPort.postMessage(status), { roots, cache, memoryLimit });
  statusPort.close();
  // Once the outcome is on its way.
  setImmediate(() => void cache.flush());
  return { outcome, inMemory: launched.work.kind === 'query' ? cache.inMemory(launched.work.datasetVersion) : [] };
}

/** Resolves once the thread has written to disk what is to be kept there; called by name, before the thread is ended. */
export function flush(): Promise<void> {
  return cache.flush();
}
