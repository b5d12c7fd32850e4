import type { AnswerStore } from './answer-store';
import type { JobStore } from './job-store';
import type { ProcessSharing } from './process-sharing';
import type { DatasetRegistry, RestorableRegistry } from './registry';
import type { TaskBoard } from './task-board';
import type { WorkQueue } from './work-queue';

/** Where datasets, jobs, tasks and results are kept: embedded for one machine, Redis for many. */
export interface Datastore {
  readonly datasets: DatasetRegistry;
  readonly jobs: JobStore;
  readonly tasks: TaskBoard;
  readonly answers: AnswerStore;
  /** Null where one process does it all. */
  readonly sharing: ProcessSharing | null;
  close(): Promise<void>;
}

/** A datastore that processes on many machines share: tasks can reach workers through it. */
export interface SharedDatastore extends Datastore {
  readonly datasets: RestorableRegistry;
  readonly queue: WorkQueue;
}
