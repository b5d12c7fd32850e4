import type { MessagePort } from 'node:worker_threads';
import type { LaunchedTask, TaskOutcome } from '../datastore/job';
import { runTask } from './task';

/** What is posted to a worker thread: `lambda/invoker/thread-pool.ts`. */
interface ThreadRequest extends LaunchedTask {
  /** Each status of the task is posted here. */
  readonly statusPort: MessagePort;
  /** Folders and S3 prefixes that the task may read; null: all that this process may. */
  readonly roots: readonly string[] | null;
}

/** Entry of a worker thread: a Piscina handler. */
export default async function runInThread({ statusPort, roots, ...launched }: ThreadRequest): Promise<TaskOutcome> {
  const outcome = await runTask(launched, (status) => statusPort.postMessage(status), roots);
  statusPort.close();
  return outcome;
}
