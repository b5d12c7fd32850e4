import type { DatasetRecord } from './dataset';
import type { Job, Task, TaskOutcome, TaskStatus } from './job';

/** Where datasets, jobs, tasks and results are kept: embedded for one machine, Redis for many. */
export interface Datastore {
  readonly datasets: DatasetRegistry;
  readonly jobs: JobStore;
  readonly tasks: TaskBoard;
  close(): Promise<void>;
}

/** A datastore that processes on many machines share: tasks can reach workers through it. */
export interface SharedDatastore extends Datastore {
  readonly queue: WorkQueue;
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
  /**
   * Takes one published attempt, each given out once; null where none is left.
   *
   * @param ticket of the work queue: whoever comes again with the same gets the same attempt again
   */
  claim(requestId: string, ticket?: string): Promise<Task | null>;
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

/**
 * Calls long-running workers to jobs: a ticket is good for one task of its job's board. A ticket is lent, and comes back
 * when it is not renewed in time, so that no task is lost with its worker.
 */
export interface WorkQueue {
  /** Adds tickets for a job, which are worthless after its deadline. */
  push(job: Job, count: number): Promise<void>;
  /** Takes the oldest ticket that is free, waiting about a second for one; null where none came, or the signal is aborted. */
  take(signal: AbortSignal): Promise<Ticket | null>;
  /** Keeps a ticket for another `TICKET_LEASE`. */
  renew(ticket: Ticket): Promise<void>;
  /** Lets another worker have the ticket now. */
  giveBack(ticket: Ticket): Promise<void>;
  /** Removes a ticket: its task has ended. */
  finish(ticket: Ticket): Promise<void>;
  /** Tickets that wait or are lent: how much there is to do. */
  length(): Promise<number>;
}

/** Milliseconds after which a ticket comes back that was neither renewed nor finished. */
export const TICKET_LEASE = 10_000;

export interface Ticket {
  readonly id: string;
  readonly requestId: string;
  /** Milliseconds since the epoch, by the clock of whoever launched the task. */
  readonly launchedAt: number;
  /** How often the ticket has been lent, this time included: more than once where a worker died. */
  readonly lent: number;
}
