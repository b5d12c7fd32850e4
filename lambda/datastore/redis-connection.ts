import { DatastoreLocationError, DatastoreUnavailableError } from './errors';
import type { DatastoreOptions, RedisLocation } from './open-datastore';
import { createRedisClient, setCredentials } from './redis-client';
import type { Credentials, RedisClient, SignIn } from './redis-client';
import { defineScripts } from './redis-scripts';

/**
 * Milliseconds after which credentials are made anew before the next command: what signs in by them, after a lost
 * connection, then has fresh ones. ElastiCache's hold for 15 minutes.
 */
const CREDENTIALS_FRESH = 300_000;

/** Connections kept for the next who blocks. */
const IDLE_MAXIMUM = 8;

/** How Redis is reached: one connection for commands, and others that wait for events. */
export class RedisConnection {
  readonly #commands: RedisClient;
  readonly #idle: RedisClient[] = [];
  readonly #lent = new Set<RedisClient>();
  readonly #signIn: SignIn | undefined;
  #credentials: Credentials | null;
  #freshUntil = Date.now() + CREDENTIALS_FRESH;
  #isClosed = false;

  private constructor(
    /** Without user and password. */
    private readonly address: string,
    private readonly create: (credentials: Credentials | null) => RedisClient,
    commands: RedisClient,
    signIn: SignIn | undefined,
    credentials: Credentials | null,
  ) {
    this.#commands = commands;
    this.#signIn = signIn;
    this.#credentials = credentials;
  }

  /** @throws DatastoreLocationError; DatastoreUnavailableError where Redis cannot be reached or refuses */
  static async open({ redisUrl, isCluster = false, signIn }: RedisLocation, { logger }: DatastoreOptions): Promise<RedisConnection> {
    const url = checkedUrl(redisUrl);
    const address = `${url.protocol}//${url.host}`;
    const credentials = (await signIn?.()) ?? null;
    const create = (current: Credentials | null) => createRedisClient(url, isCluster, current);
    const redis = create(credentials);
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
      return new RedisConnection(address, create, redis, signIn, credentials);
    } catch (error) {
      redis.disconnect();
      throw unavailable(address, problem ?? error);
    }
  }

  /** Runs commands. @throws DatastoreUnavailableError within seconds where Redis does not answer */
  async run<Result>(work: (redis: RedisClient) => Promise<Result>): Promise<Result> {
    try {
      await this.#refreshCredentials();
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
  async runBlocking<Result>(work: (redis: RedisClient) => Promise<Result>, signal: AbortSignal): Promise<Result | null> {
    if (signal.aborted) {
      return null;
    }
    await this.#refreshCredentials();
    const redis = this.#borrow();
    let interrupt = () => {};
    // Not all that a connection is about to send is told that the connection is given up.
    const interrupted = new Promise<null>((resolve) => (interrupt = () => resolve(null)));
    signal.addEventListener('abort', interrupt, { once: true });
    let isFree = false;
    try {
      const result = await Promise.race([work(redis), interrupted]);
      isFree = !signal.aborted;
      return result;
    } catch (error) {
      throw unavailable(this.address, error);
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.#giveBack(redis, isFree);
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

  async #refreshCredentials(): Promise<void> {
    if (this.#signIn === undefined || Date.now() < this.#freshUntil) {
      return;
    }
    this.#credentials = await this.#signIn();
    this.#freshUntil = Date.now() + CREDENTIALS_FRESH;
    setCredentials(this.#commands, this.#credentials);
  }

  #borrow(): RedisClient {
    const redis = this.#idle.pop() ?? this.#connectAnother();
    if (this.#credentials !== null) {
      setCredentials(redis, this.#credentials);
    }
    this.#lent.add(redis);
    return redis;
  }

  #connectAnother(): RedisClient {
    const redis = this.create(this.#credentials);
    // Whoever waits for the command learns of it; without a listener, the library would print it.
    redis.on('error', () => {});
    return redis;
  }

  /** @param isFree whether nothing blocks there any longer, nor is about to be sent again */
  #giveBack(redis: RedisClient, isFree: boolean): void {
    this.#lent.delete(redis);
    if (isFree && redis.status === 'ready' && !this.#isClosed && this.#idle.length < IDLE_MAXIMUM) {
      this.#idle.push(redis);
    } else {
      redis.disconnect();
    }
  }
}

function checkedUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    // Not repeated: it may hold a password.
    throw new DatastoreLocationError('The URL of Redis is none: it should be like redis://host:6379, or rediss://user:password@host:6379 for TLS.');
  }
  return parsed;
}

function unavailable(address: string, error: unknown): DatastoreUnavailableError {
  // The library tells of its own settings there.
  const reason = error instanceof Error && error.name === 'MaxRetriesPerRequestError' ? 'it cannot be reached' : String(error);
  return new DatastoreUnavailableError(`Redis at ${address} does not do as asked: ${reason}`, { cause: error });
}
