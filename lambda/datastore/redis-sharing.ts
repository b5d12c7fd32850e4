import { decode, encode } from './codec';
import type { AnswerLeases, JobSlots, LeaseEnd, LeaseWait, ProcessSharing } from './process-sharing';
import type { RedisConnection } from './redis-connection';

/** Milliseconds for which the end of a lease can be read by those who wait for it. */
const KEEP_ENDS = 60_000;

/** Milliseconds that a blocked read lasts at most: Redis takes 0 for ever. */
const BLOCK_MINIMUM = 1;
const BLOCK_MAXIMUM = 5_000;

/** Leases in a key each, which expires; their ends in a stream each, which those who wait read, blocked. Slots in a sorted set. */
export class RedisSharing implements ProcessSharing {
  readonly leases: AnswerLeases;
  readonly slots: JobSlots;

  constructor(connection: RedisConnection, prefix: string) {
    this.leases = new RedisAnswerLeases(connection, prefix);
    this.slots = new RedisJobSlots(connection, `${prefix}{slots}:jobs`);
  }
}

class RedisAnswerLeases implements AnswerLeases {
  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
  ) {}

  async take(key: string, holder: string, ttl: number): Promise<'leader' | LeaseWait> {
    const other = await this.connection.run((redis) => redis.frocketTakeAnswerLease(this.#lease(key), this.#ends(key), holder, ttl));
    return other.length === 0 ? 'leader' : { after: other[0], ttl: other[1] };
  }

  async renew(key: string, holder: string, ttl: number): Promise<void> {
    await this.connection.run((redis) => redis.frocketRenewAnswerLease(this.#lease(key), holder, ttl));
  }

  async end(key: string, holder: string, end: LeaseEnd): Promise<void> {
    await this.connection.run((redis) => redis.frocketEndAnswerLease(this.#lease(key), this.#ends(key), holder, encode(end), KEEP_ENDS));
  }

  async ended(key: string, { after, ttl }: LeaseWait, signal: AbortSignal): Promise<LeaseEnd | null> {
    const block = Math.min(Math.max(ttl, BLOCK_MINIMUM), BLOCK_MAXIMUM);
    const streams = await this.connection.runBlocking((redis) => redis.xreadBuffer('BLOCK', block, 'STREAMS', this.#ends(key), after), signal);
    const entries = streams?.[0][1] ?? [];
    return entries.length === 0 ? null : decode<LeaseEnd>(entries[entries.length - 1][1][1]);
  }

  #lease(key: string): string {
    return `${this.prefix}{answer:${key}}:lease`;
  }

  #ends(key: string): string {
    return `${this.prefix}{answer:${key}}:ends`;
  }
}

class RedisJobSlots implements JobSlots {
  constructor(
    private readonly connection: RedisConnection,
    private readonly key: string,
  ) {}

  async take(holder: string, slots: number, ttl: number): Promise<boolean> {
    return (await this.connection.run((redis) => redis.frocketTakeJobSlot(this.key, holder, slots, ttl))) === 1;
  }

  async renew(holder: string, ttl: number): Promise<void> {
    await this.connection.run((redis) => redis.frocketRenewJobSlot(this.key, holder, ttl));
  }

  async free(holder: string): Promise<void> {
    await this.connection.run((redis) => redis.zrem(this.key, holder));
  }
}
