import type { Task, TaskStatus } from '../datastore/job';
import type { TaskEvent } from '../datastore/task-board';

/** What the follower of a job knows of one of its parts that has not succeeded yet. Times by `performance.now()`. */
export class FollowedPart {
  /** The latest attempt. */
  task: Task;
  /** Attempts that were made because of the part itself, not because the datastore lost the job. */
  tries = 1;
  /** Null as long as nobody has claimed the latest attempt. */
  #lastStatus: TaskStatus | null = null;
  #heardAt = 0;
  /** Null where the latest attempt has not failed. */
  #retryAt: number | null = null;
  readonly #ended = new Set<number>();

  constructor(task: Task) {
    this.task = task;
  }

  /** Whether nobody has claimed the latest attempt, as far as is known. */
  get isUnclaimed(): boolean {
    return this.#lastStatus === null && this.#retryAt === null;
  }

  /** Notes a sign of life; false where it is of an earlier attempt. */
  heard({ attempt, status }: TaskEvent): boolean {
    if (attempt !== this.task.attempt || this.#retryAt !== null) {
      return false;
    }
    this.#lastStatus = status;
    this.#heardAt = performance.now();
    return true;
  }

  /** Notes the end of an attempt; false where it is known, as after events were read again from the beginning. */
  end(attempt: number): boolean {
    if (this.#ended.has(attempt)) {
      return false;
    }
    this.#ended.add(attempt);
    return true;
  }

  retryAt(time: number): void {
    this.#retryAt = time;
  }

  isRetryDue(now: number): boolean {
    return this.#retryAt !== null && now >= this.#retryAt;
  }

  isSilent(now: number, interval: number): boolean {
    return this.#lastStatus !== null && this.#retryAt === null && now - this.#heardAt > interval;
  }

  get nextAttempt(): Task {
    return { ...this.task, attempt: this.task.attempt + 1 };
  }

  /** Takes an attempt that has been published for the latest. */
  follow(task: Task, now: number): void {
    this.task = task;
    this.#lastStatus = null;
    this.#retryAt = null;
    this.#heardAt = now;
  }

  /** As the end of a sentence for clients. */
  describe(now: number): string {
    const { part, attempt } = this.task;
    const heard = this.#lastStatus === null ? 'which no worker has taken' : `last heard of ${Math.round((now - this.#heardAt) / 1000)} seconds ago (${this.#lastStatus})`;
    return `'${part.filename}' it is attempt ${attempt}, ${heard}`;
  }
}
