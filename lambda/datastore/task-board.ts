import type { Job, Task, TaskOutcome, TaskStatus } from './job';

/** Hands tasks to workers and their outcomes to the invoker. Everything in it may be lost without harm. */
export interface TaskBoard {
  /** Publishes attempts of tasks; creates the job's board where there is none. */
  publish(job: Job, tasks: readonly Task[]): Promise<void>;
  /**
   * Publishes further attempts, or the same again, on a board that is there.
   *
   * @returns false where there is none: the job has ended, or the datastore has lost it
   */
  republish(requestId: string, tasks: readonly Task[]): Promise<boolean>;
  /** The job of a task, or null where it has ended or expired: a worker then refuses the task. */
  job(requestId: string): Promise<Job | null>;
  /**
   * Takes one published attempt, each given out once, the latest of its part; null where none is left. Told to the job's
   * follower as `LOADING_DATA`. Waits for as long as the job leaves parts to those that have them in their caches.
   */
  claim(requestId: string, options?: ClaimOptions): Promise<Task | null>;
  report(requestId: string, task: Task, status: TaskStatus): Promise<void>;
  /** Stores the outcome of an attempt. Only the first success of a part counts; later ones are dropped. */
  complete(requestId: string, task: Task, outcome: TaskOutcome): Promise<void>;
  /** Reports and outcomes as they arrive, from the beginning, until the signal is aborted. */
  events(requestId: string, signal: AbortSignal): AsyncIterable<TaskEvent>;
  /** Ends the job's board: removes what is kept of it, after which its tasks are refused. */
  end(requestId: string): Promise<void>;
}

export interface ClaimOptions {
  /** Of the work queue: whoever comes again with the same gets the same attempt again. */
  readonly ticket?: string;
  /** Indices of the tasks whose parts the worker has in its cache, the one that it would read soonest first. */
  readonly cached?: readonly number[];
  /** Whether to take no other than these; default: any. */
  readonly onlyCached?: boolean;
}

export interface TaskEvent {
  readonly index: number;
  readonly attempt: number;
  readonly status: TaskStatus;
  /** Present exactly where the status is an ended one. */
  readonly outcome: TaskOutcome | null;
}
