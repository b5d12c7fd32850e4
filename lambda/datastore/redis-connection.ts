import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { DatastoreLocationError, DatastoreUnavailableError } from './errors';
import type { DatastoreOptions } from './open-datastore';
import { defineScripts } from './redis-scripts';

/** Milliseconds: until a connection stands, until a command is answered, and between two signs of life on it. */
const CONNECT_TIMEOUT = 5_000;
const COMMAND_TIMEOUT = 10_000;
const KEEP_ALIVE = 10_000;

/** A command fails once so many attempts to connect have failed, each later than the one before. */
const CONNECTION_ATTEMPTS = 5;
const RECONNECT_DELAY = 100;
const RECONNECT_DELAY_MAXIMUM = 2_000;

/** Connections kept for the next who blocks. */
const IDLE_MAXIMUM = 8;

/** How Redis is reached: one connection for commands, and others that wait for events. */
export class RedisConnection {
  readonly #commands: Redis;
  readonly #idle: Redis[] = [];
  readonly #lent = new Set<Redis>();
  #isClosed = false;

  private constructor(
    /** Without user and password. */
    private readonly address: string,
    commands: Redis,
  ) {
    this.#commands = commands;
  }

  /** @throws DatastoreLocationError; DatastoreUnavailableError where Redis cannot be reached or refuses */
  static async open(url: string, { logger }: DatastoreOptions): Promise<RedisConnection> {
    const address = addressOf(url);
    const redis = new Redis(url, redisOptions);
    let problem: Error | null = null;
    redis.on('error', (error: Error) => {
      if (problem === null) {
        logger?.warn({ err: error, address }, 'Redis cannot be reached');
      }
      problem = error;
    });
    redis.on('ready', () => {
      if (problem !== null) {
        logger?.info({ address }, 'Redis can be reached again');
      }
      problem = null;
    });
    defineScripts(redis);
    try {
      await redis.connect();
      return new RedisConnection(address, redis);
    } catch (error) {
      redis.disconnect();
      throw unavailable(address, problem ?? error);
    }
  }

  /** Runs commands. @throws DatastoreUnavailableError within seconds where Redis does not answer */
  async run<Result>(work: (redis: Redis) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#commands);
    } catch (error) {
      throw unavailable(this.address, error);
    }
  }

  /**
   * Runs commands that block, on a connection of their own.
   *
   * @returns null where the signal was aborted meanwhile, which ends a blocked command at once
   */
  async runBlocking<Result>(work: (redis: Redis) => Promise<Result>, signal: AbortSignal): Promise<Result | null> {
    if (signal.aborted) {
      return null;
    }
    const redis = this.#borrow();
    const interrupt = () => redis.disconnect();
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      return await work(redis);
    } catch (error) {
      if (signal.aborted) {
        return null;
      }
      throw unavailable(this.address, error);
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.#giveBack(redis);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    [...this.#idle, ...this.#lent].forEach((redis) => redis.disconnect());
    if (this.#commands.status !== 'ready') {
      this.#commands.disconnect();
      return;
    }
    // Unlike `disconnect`, waits for answers to what was sent.
    await this.#commands.quit().catch(() => this.#commands.disconnect());
  }

  #borrow(): Redis {
    const redis = this.#idle.pop() ?? this.#connectAnother();
    this.#lent.add(redis);
    return redis;
  }

  #connectAnother(): Redis {
    const redis = this.#commands.duplicate();
    // Whoever waits for the command learns of it; without a listener, the library would print it.
    redis.on('error', () => {});
    return redis;
  }

  #giveBack(redis: Redis): void {
    this.#lent.delete(redis);
    if (redis.status === 'ready' && !this.#isClosed && this.#idle.length < IDLE_MAXIMUM) {
      this.#idle.push(redis);
    } else {
      redis.disconnect();
    }
  }
}

const redisOptions = {
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT,
  commandTimeout: COMMAND_TIMEOUT,
  keepAlive: KEEP_ALIVE,
  maxRetriesPerRequest: CONNECTION_ATTEMPTS,
  retryStrategy: (attempt: number) => Math.min(attempt * RECONNECT_DELAY, RECONNECT_DELAY_MAXIMUM),
} satisfies RedisOptions;

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    // Not repeated: it may hold a password.
    throw new DatastoreLocationError('The URL of Redis is none: it should be like redis://host:6379, or rediss://user:password@host:6379 for TLS.');
  }
  return `${parsed.protocol}//${parsed.host}`;
}

function unavailable(address: string, error: unknown): DatastoreUnavailableError {
  return new DatastoreUnavailableError(`Redis at ${address} does not do as asked: ${String(error)}`, { cause: error });
}
