import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClaimOptions, TaskBoard, TaskEvent } from './task-board';
import type { Job, Task, TaskOutcome, TaskStatus } from './job';

/** Milliseconds after its job's deadline when a board expires that nobody ended. */
const EXPIRY_MARGIN = 60_000;

/** The boards of one process's jobs. */
export class MemoryTaskBoard implements TaskBoard {
  readonly #boards = new Map<string, Board>();

  publish(job: Job, tasks: readonly Task[]): Promise<void> {
    this.#forgetExpired();
    const board = this.#boards.get(job.requestId) ?? new Board(job);
    this.#boards.set(job.requestId, board);
    tasks.forEach((task) => board.publish(task));
    return Promise.resolve();
  }

  republish(requestId: string, tasks: readonly Task[]): Promise<boolean> {
    const board = this.#boards.get(requestId);
    tasks.forEach((task) => board?.publish(task));
    return Promise.resolve(board !== undefined);
  }

  job(requestId: string): Promise<Job | null> {
    const job = this.#boards.get(requestId)?.job;
    return Promise.resolve(job !== undefined && Date.now() <= job.deadline ? job : null);
  }

  async claim(requestId: string, options: ClaimOptions = {}): Promise<Task | null> {
    for (;;) {
      const claimed = this.#boards.get(requestId)?.claim(options) ?? null;
      if (typeof claimed !== 'number') {
        return claimed;
      }
      await delay(claimed);
    }
  }

  report(requestId: string, { index, attempt }: Task, status: TaskStatus): Promise<void> {
    this.#boards.get(requestId)?.append({ index, attempt, status, outcome: null });
    return Promise.resolve();
  }

  complete(requestId: string, { index, attempt }: Task, outcome: TaskOutcome): Promise<void> {
    const board = this.#boards.get(requestId);
    if (board?.counts(index, attempt, outcome)) {
      board.append({ index, attempt, status: outcome.status, outcome });
    }
    return Promise.resolve();
  }

  async *events(requestId: string, signal: AbortSignal): AsyncGenerator<TaskEvent> {
    const board = this.#boards.get(requestId);
    for (let next = 0; board !== undefined && !board.isEnded && !signal.aborted; ) {
      if (next < board.events.length) {
        yield board.events[next++];
      } else {
        await board.changed(signal);
      }
    }
  }

  end(requestId: string): Promise<void> {
    this.#boards.get(requestId)?.end();
    this.#boards.delete(requestId);
    return Promise.resolve();
  }

  /** Ends all boards, and with them what waits for their events. */
  close(): void {
    this.#boards.forEach((board) => board.end());
    this.#boards.clear();
  }

  /** Boards that nobody ended. */
  #forgetExpired(): void {
    for (const [requestId, { job }] of this.#boards) {
      if (Date.now() > job.deadline + EXPIRY_MARGIN) {
        void this.end(requestId);
      }
    }
  }
}

class Board {
  readonly events: TaskEvent[] = [];
  isEnded = false;
  /** By part, in the order of publication; a later attempt takes the place of an earlier one. */
  readonly #waiting = new Map<number, Task>();
  readonly #createdAt = performance.now();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #succeeded = new Set<number>();
  readonly #completed = new Set<string>();
  readonly #claims = new Map<string, Task>();

  constructor(readonly job: Job) {}

  publish(task: Task): void {
    this.#waiting.set(task.index, task);
  }

  /** A task, or how many milliseconds to wait for one since others may have the free ones in their caches. */
  claim({ ticket, cached = [], onlyCached = false }: ClaimOptions): Task | number | null {
    const held = ticket === undefined ? undefined : this.#claims.get(ticket);
    const preferred = cached.find((index) => this.#waiting.has(index));
    const [first] = this.#waiting.keys();
    const task = held ?? this.#waiting.get(preferred ?? first);
    if (task === undefined || (onlyCached && held === undefined && preferred === undefined)) {
      return null;
    }
    const remaining = this.#createdAt + this.job.selectionWait - performance.now();
    if (held === undefined && preferred === undefined && remaining > 0) {
      return remaining;
    }
    if (held === undefined) {
      this.#waiting.delete(task.index);
    }
    if (ticket !== undefined) {
      this.#claims.set(ticket, task);
    }
    this.append({ index: task.index, attempt: task.attempt, status: 'LOADING_DATA', outcome: null });
    return task;
  }

  /** Whether this is the attempt's first outcome, and the part has not succeeded yet. */
  counts(index: number, attempt: number, { status }: TaskOutcome): boolean {
    const key = `${index}:${attempt}`;
    if (this.#succeeded.has(index) || this.#completed.has(key)) {
      return false;
    }
    this.#completed.add(key);
    if (status === 'ENDED_SUCCESS') {
      this.#succeeded.add(index);
    }
    return true;
  }

  append(event: TaskEvent): void {
    this.events.push(event);
    this.#changes.emit('change');
  }

  end(): void {
    this.isEnded = true;
    this.#waiting.clear();
    this.#changes.emit('change');
  }

  /** Resolves at the next event, at the end, or when the signal is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    await once(this.#changes, 'change', { signal }).catch(() => signal.aborted);
  }
}
