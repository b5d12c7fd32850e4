import { TICKET_LEASE } from './work-queue';
import type { Ticket, WorkQueue } from './work-queue';
import type { Job } from './job';
import type { RedisConnection } from './redis-connection';

/** Milliseconds after the last job's deadline when the queue expires, tickets and all. */
const EXPIRY_MARGIN = 60_000;

/** Milliseconds after which a queue expires that has not been pushed to; workers that wait make it anew. */
const KEEP_IDLE = 3_600_000;

/** Milliseconds that a worker waits for a ticket before it looks for those that have come back, and whether it shall go on. */
const BLOCK = 1_000;

/** All workers are one consumer of one group. */
const GROUP = 'workers';

/** Tickets in a stream with a consumer group: its pending entries are the tickets that are lent. */
export class RedisWorkQueue implements WorkQueue {
  readonly #queue: string;

  constructor(
    private readonly connection: RedisConnection,
    prefix: string,
  ) {
    this.#queue = `${prefix}{queue}:tickets`;
  }

  async push(job: Job, count: number): Promise<void> {
    const now = Date.now();
    const lifetime = Math.max(0, job.deadline - now) + EXPIRY_MARGIN;
    await this.connection.run((redis) => redis.frocketPushTickets(this.#queue, job.requestId, now, count, lifetime));
  }

  async take(signal: AbortSignal): Promise<Ticket | null> {
    if (signal.aborted) {
      return null;
    }
    const returned = await this.connection.run((redis) => redis.frocketReclaimTicket(this.#queue, GROUP, TICKET_LEASE, KEEP_IDLE));
    if (returned !== null) {
      const [lent, id, fields] = returned;
      return parseTicket(id, fields, lent);
    }
    const entry = await this.#awaitEntry();
    const ticket = entry === null ? null : parseTicket(...entry, 1);
    if (ticket !== null && signal.aborted) {
      await this.giveBack(ticket);
      return null;
    }
    return ticket;
  }

  async renew({ id, lent }: Ticket): Promise<void> {
    await this.connection.run((redis) => redis.frocketRenewTicket(this.#queue, GROUP, id, 0, lent));
  }

  async giveBack({ id, lent }: Ticket): Promise<void> {
    await this.connection.run((redis) => redis.frocketRenewTicket(this.#queue, GROUP, id, TICKET_LEASE, lent - 1));
  }

  async finish({ id }: Ticket): Promise<void> {
    await this.connection.run((redis) => redis.frocketFinishTicket(this.#queue, GROUP, id));
  }

  length(): Promise<number> {
    return this.connection.run((redis) => redis.xlen(this.#queue));
  }

  /**
   * The wait is short, and not cut off by a signal: what the server hands out while a connection is cut would be lent to
   * nobody for a while.
   */
  async #awaitEntry(): Promise<StreamEntry | null> {
    const streams = await this.connection.runBlocking(
      (redis) => redis.xreadgroup('GROUP', GROUP, GROUP, 'COUNT', 1, 'BLOCK', BLOCK, 'STREAMS', this.#queue, '>'),
      new AbortController().signal,
    );
    return streams === null ? null : (streams as [name: string, entries: StreamEntry[]][])[0][1][0];
  }
}

type StreamEntry = [id: string, fields: string[]];

/** An entry of the stream, as `redis-scripts.ts` adds it. */
function parseTicket(id: string, [, requestId, , launchedAt]: readonly string[], lent: number): Ticket {
  return { id, requestId, launchedAt: Number(launchedAt), lent };
}
