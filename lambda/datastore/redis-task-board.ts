import { setTimeout as delay } from 'node:timers/promises';
import { decode, encode } from './codec';
import type { ClaimOptions, TaskBoard, TaskEvent } from './task-board';
import type { Job, Task, TaskOutcome, TaskStatus } from './job';
import type { RedisConnection } from './redis-connection';
import { parseEvent } from './redis-events';
import { jobKeyPrefix } from './redis-keys';

/** Milliseconds after its job's deadline when a board expires that nobody ended, and its tasks are refused. */
const EXPIRY_MARGIN = 5_000;

/** Milliseconds for which an ended board's last event is kept, for those who have yet to read it. */
const KEEP_ENDED = 60_000;

/** Milliseconds after which a blocked read asks whether the board is still there; what happens wakes it at once. */
const BLOCK = 2_000;

/** Events read at once: an outcome may have megabytes. */
const READ_COUNT = 100;

const NO_OUTCOME = Buffer.alloc(0);

/** A job's waiting tasks in a hash and their order in a list, its events and outcomes in a stream, all in keys that expire. */
export class RedisTaskBoard implements TaskBoard {
  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
  ) {}

  async publish(job: Job, tasks: readonly Task[]): Promise<void> {
    const { board, waiting, order, events, completed, claims } = this.#keysOf(job.requestId);
    const lifetime = Math.max(1, job.deadline + EXPIRY_MARGIN - Date.now());
    await this.connection.run((redis) =>
      redis.frocketPublishTasks(board, waiting, order, events, completed, claims, encode(job), lifetime, job.selectionWait, ...entriesOf(tasks)),
    );
  }

  async republish(requestId: string, tasks: readonly Task[]): Promise<boolean> {
    const { board, waiting, order, events } = this.#keysOf(requestId);
    return (await this.connection.run((redis) => redis.frocketRepublishTasks(board, waiting, order, events, ...entriesOf(tasks)))) === 1;
  }

  async job(requestId: string): Promise<Job | null> {
    const bytes = await this.connection.run((redis) => redis.getBuffer(this.#keysOf(requestId).board));
    return bytes === null ? null : decode<Job>(bytes);
  }

  async claim(requestId: string, { ticket = '', cached = [], onlyCached = false }: ClaimOptions = {}): Promise<Task | null> {
    const { board, waiting, order, events, claims } = this.#keysOf(requestId);
    for (;;) {
      const claimed = await this.connection.run((redis) => redis.frocketClaimTaskBuffer(board, waiting, order, events, claims, ticket, onlyCached ? 1 : 0, ...cached));
      if (typeof claimed !== 'number') {
        return claimed === null ? null : decode<Task>(claimed);
      }
      await delay(claimed);
    }
  }

  report(requestId: string, task: Task, status: TaskStatus): Promise<void> {
    return this.#append(requestId, task, status, NO_OUTCOME);
  }

  complete(requestId: string, task: Task, outcome: TaskOutcome): Promise<void> {
    return this.#append(requestId, task, outcome.status, encode(outcome));
  }

  async *events(requestId: string, signal: AbortSignal): AsyncGenerator<TaskEvent> {
    let after = '0-0';
    while (!signal.aborted) {
      const entries = await this.#read(requestId, after, signal);
      if (entries === null) {
        return;
      }
      for (const [id, fields] of entries) {
        after = id.toString();
        const event = parseEvent(fields);
        if (event === 'ended') {
          return;
        }
        if (event !== 'created') {
          yield event;
        }
        if (signal.aborted) {
          return;
        }
      }
    }
  }

  async end(requestId: string): Promise<void> {
    const { board, waiting, order, events, completed, claims } = this.#keysOf(requestId);
    await this.connection.run((redis) => redis.frocketEndBoard(board, waiting, order, events, completed, claims, KEEP_ENDED));
  }

  async #append(requestId: string, { index, attempt }: Task, status: TaskStatus, outcome: Buffer): Promise<void> {
    const { board, events, completed } = this.#keysOf(requestId);
    await this.connection.run((redis) => redis.frocketAppendEvent(board, events, completed, index, attempt, status, outcome));
  }

  /** Waits for entries of a job's stream after an ID. Null where there is no board, or the signal was aborted. */
  async #read(requestId: string, after: string, signal: AbortSignal): Promise<readonly StreamEntry[] | null> {
    const { board, events } = this.#keysOf(requestId);
    return this.connection.runBlocking(async (redis) => {
      if ((await redis.exists(board, events)) < 2) {
        return null;
      }
      const streams = await redis.xreadBuffer('COUNT', READ_COUNT, 'BLOCK', BLOCK, 'STREAMS', events, after);
      return streams === null ? [] : streams[0][1];
    }, signal);
  }

  #keysOf(requestId: string) {
    const job = jobKeyPrefix(this.prefix, requestId);
    return {
      board: `${job}:board`,
      waiting: `${job}:waiting`,
      order: `${job}:order`,
      events: `${job}:events`,
      completed: `${job}:completed`,
      claims: `${job}:claims`,
    };
  }
}

/** As scripts take tasks. */
function entriesOf(tasks: readonly Task[]): (number | Buffer)[] {
  return tasks.flatMap((task) => [task.index, task.attempt, encode(task)]);
}

type StreamEntry = [id: Buffer, fields: Buffer[]];
