import { decode, encode } from './codec';
import type { ClaimOptions, TaskBoard, TaskEvent } from './task-board';
import type { Job, Task, TaskOutcome, TaskStatus } from './job';
import type { RedisConnection } from './redis-connection';
import { parseEvent } from './redis-events';
import { jobKeyPrefix } from './redis-keys';

/** Milliseconds after its job's deadline when a board expires that nobody ended. */
const EXPIRY_MARGIN = 60_000;

/** Milliseconds for which an ended board's last event is kept, for those who have yet to read it. */
const KEEP_ENDED = 60_000;

/** Milliseconds after which a blocked read asks whether the board is still there; what happens wakes it at once. */
const BLOCK = 5_000;

/** Events read at once: an outcome may have megabytes. */
const READ_COUNT = 100;

const NO_OUTCOME = Buffer.alloc(0);

/** A job's tasks in a list, its events and outcomes in a stream, all in keys that expire. */
export class RedisTaskBoard implements TaskBoard {
  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
  ) {}

  async publish(job: Job, tasks: readonly Task[]): Promise<void> {
    const { board, waiting, events, completed, claims } = this.#keysOf(job.requestId);
    const expireAt = job.deadline + EXPIRY_MARGIN;
    await this.connection.run((redis) => redis.frocketPublishTasks(board, waiting, events, completed, claims, encode(job), expireAt, ...tasks.map(encode)));
  }

  async job(requestId: string): Promise<Job | null> {
    const bytes = await this.connection.run((redis) => redis.getBuffer(this.#keysOf(requestId).board));
    const job = bytes === null ? null : decode<Job>(bytes);
    return job !== null && Date.now() <= job.deadline ? job : null;
  }

  async claim(requestId: string, { ticket }: ClaimOptions = {}): Promise<Task | null> {
    const { board, waiting, claims } = this.#keysOf(requestId);
    const bytes = await this.connection.run((redis) =>
      ticket === undefined ? redis.lpopBuffer(waiting) : redis.frocketClaimTaskBuffer(board, waiting, claims, ticket),
    );
    return bytes === null ? null : decode<Task>(bytes);
  }

  report(requestId: string, task: Task, status: TaskStatus): Promise<void> {
    return this.#append(requestId, task, status, NO_OUTCOME);
  }

  complete(requestId: string, task: Task, outcome: TaskOutcome): Promise<void> {
    return this.#append(requestId, task, outcome.status, encode(outcome));
  }

  async *events(requestId: string, signal: AbortSignal): AsyncGenerator<TaskEvent> {
    const { events } = this.#keysOf(requestId);
    let after = '0-0';
    while (!signal.aborted) {
      const entries = await this.#read(events, after, signal);
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
    const { board, waiting, events, completed, claims } = this.#keysOf(requestId);
    await this.connection.run((redis) => redis.frocketEndBoard(board, waiting, events, completed, claims, KEEP_ENDED));
  }

  async #append(requestId: string, { index, attempt }: Task, status: TaskStatus, outcome: Buffer): Promise<void> {
    const { board, events, completed } = this.#keysOf(requestId);
    await this.connection.run((redis) => redis.frocketAppendEvent(board, events, completed, index, attempt, status, outcome));
  }

  /** Waits for entries of a stream after an ID. Null where the stream is not there, or the signal was aborted. */
  async #read(stream: string, after: string, signal: AbortSignal): Promise<readonly StreamEntry[] | null> {
    return this.connection.runBlocking(async (redis) => {
      if ((await redis.exists(stream)) === 0) {
        return null;
      }
      const streams = await redis.xreadBuffer('COUNT', READ_COUNT, 'BLOCK', BLOCK, 'STREAMS', stream, after);
      return streams === null ? [] : streams[0][1];
    }, signal);
  }

  #keysOf(requestId: string) {
    const job = jobKeyPrefix(this.prefix, requestId);
    return { board: `${job}:board`, waiting: `${job}:waiting`, events: `${job}:events`, completed: `${job}:completed`, claims: `${job}:claims` };
  }
}

type StreamEntry = [id: Buffer, fields: Buffer[]];
