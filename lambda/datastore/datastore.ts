import type { DatasetRecord } from './dataset';
import type { Job, Task, TaskOutcome, TaskStatus } from './job';

/** Where datasets, jobs, tasks and results are kept: embedded for one machine, Redis for many. */
export interface Datastore {
  readonly datasets: DatasetRegistry;
  readonly jobs: JobStore;
  readonly tasks: TaskBoard;
  close(): Promise<void>;
}

export interface DatasetRegistry {
  /** Replaces the dataset of the same name. Durable when it resolves. */
  put(dataset: DatasetRecord): Promise<void>;
  get(name: string): Promise<DatasetRecord | null>;
  /** In name order. */
  list(): Promise<DatasetRecord[]>;
  /** Forgets a dataset; false where there was none. */
  remove(name: string): Promise<boolean>;
  /** Marks a dataset as queried at a time, in milliseconds since the epoch. */
  touch(name: string, at: number): Promise<void>;
  /** When the dataset was last queried, or null. */
  lastUsed(name: string): Promise<number | null>;
  /**
   * Claims a name while its registration runs, so that two registrations of one name cannot mix.
   * False where another claim holds it. A claim ends by `releaseName`, or by itself after `ttl` milliseconds.
   */
  claimName(name: string, requestId: string, ttl: number): Promise<boolean>;
  releaseName(name: string, requestId: string): Promise<void>;
}

/** Jobs that clients come back for. */
export interface JobStore {
  create(job: JobState): Promise<void>;
  get(requestId: string): Promise<JobState | null>;
  /** The job's answer, success or error; kept for `ttl` milliseconds. */
  finish(requestId: string, answer: JobAnswer, ttl: number): Promise<void>;
}

export interface JobState {
  readonly requestId: string;
  readonly datasetName: string;
  readonly createdAt: number;
  readonly deadline: number;
  /** Null while the job runs. */
  readonly answer: JobAnswer | null;
}

export interface JobAnswer {
  readonly httpStatus: number;
  /** The response body, JSON text as it is sent. */
  readonly body: string;
}

/** Hands tasks to workers and their outcomes to the invoker. Everything in it may be lost without harm. */
export interface TaskBoard {
  /** Publishes attempts of tasks; the first call creates the job's board. */
  publish(job: Job, tasks: readonly Task[]): Promise<void>;
  /** The job of a task, or null where it has ended or expired: a worker then refuses the task. */
  job(requestId: string): Promise<Job | null>;
  /** Takes one published attempt, each given out once; null where none is left. */
  claim(requestId: string): Promise<Task | null>;
  report(requestId: string, task: Task, status: TaskStatus): Promise<void>;
  /** Stores the outcome of an attempt. Only the first success of a part counts; later ones are dropped. */
  complete(requestId: string, task: Task, outcome: TaskOutcome): Promise<void>;
  /** Reports and outcomes as they arrive, from the beginning, until the signal is aborted. */
  events(requestId: string, signal: AbortSignal): AsyncIterable<TaskEvent>;
  /** Ends the job's board: removes what is kept of it, after which its tasks are refused. */
  end(requestId: string): Promise<void>;
}

export interface TaskEvent {
  readonly index: number;
  readonly attempt: number;
  readonly status: TaskStatus;
  /** Present exactly where the status is an ended one. */
  readonly outcome: TaskOutcome | null;
}
