import type { WorkQueue } from '../datastore/work-queue';
import type { Job, Task } from '../datastore/job';
import type { Launcher } from './launcher';

/** Has tasks run by long-running workers, wherever they are: `lambda/worker/queue.ts`. */
export class QueueLauncher implements Launcher {
  constructor(private readonly queue: WorkQueue) {}

  /** What still runs for an ended job, workers find out by themselves. */
  launch(job: Job, tasks: readonly Task[]): Promise<void> {
    return this.queue.push(job, tasks.length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
