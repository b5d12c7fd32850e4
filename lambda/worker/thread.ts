import type { MessagePort } from 'node:worker_threads';
import type { LaunchedTask, TaskOutcome } from '../datastore/job';
import { runTask } from './task';

/** What the in-process launcher posts to a worker thread. */
interface ThreadRequest extends LaunchedTask {
  /** Each status of the task is posted here. */
  readonly statusPort: MessagePort;
}

/** Entry of a worker thread: a Piscina handler. */
export default async function runInThread({ statusPort, ...launched }: ThreadRequest): Promise<TaskOutcome> {
  const outcome = await runTask(launched, (status) => statusPort.postMessage(status));
  statusPort.close();
  return outcome;
}
