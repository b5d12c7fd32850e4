import { Cluster, Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

/** A connection to one server, or to a cluster of them. */
export type RedisClient = Redis | Cluster;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Makes credentials that hold for a while. */
export type SignIn = () => Promise<Credentials>;

/** Milliseconds: until a connection stands, until a command is answered, and between two signs of life on it. */
const CONNECT_TIMEOUT = 5_000;
const COMMAND_TIMEOUT = 10_000;
/** Milliseconds after which a connection without an answer is given up for another; more than any command blocks. */
const SOCKET_TIMEOUT = 8_000;
const KEEP_ALIVE = 10_000;

/** A command fails once so many attempts to connect have failed, each later than the one before. */
const CONNECTION_ATTEMPTS = 5;
const RECONNECT_DELAY = 100;
const RECONNECT_DELAY_MAXIMUM = 2_000;

const DEFAULT_PORT = 6379;

const connectionOptions = {
  connectTimeout: CONNECT_TIMEOUT,
  commandTimeout: COMMAND_TIMEOUT,
  socketTimeout: SOCKET_TIMEOUT,
  keepAlive: KEEP_ALIVE,
  maxRetriesPerRequest: CONNECTION_ATTEMPTS,
  // A master that became a replica: the address leads to the new one, once it is asked for anew. 2: send the command again.
  reconnectOnError: (error) => (error.message.includes('READONLY') ? 2 : false),
} satisfies RedisOptions;

/** A client that connects when it is told to, or by its first command. */
export function createRedisClient(url: URL, isCluster: boolean, credentials: Credentials | null): RedisClient {
  const options = { ...connectionOptions, ...credentials };
  if (!isCluster) {
    return new Redis(url.href, { ...options, lazyConnect: true, retryStrategy: reconnectDelay });
  }
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return new Cluster([{ host: url.hostname, port }], {
    lazyConnect: true,
    // Nodes are known by their host names, which their certificates are for.
    dnsLookup: (address, callback) => callback(null, address),
    clusterRetryStrategy: (attempt) => (attempt > CONNECTION_ATTEMPTS ? null : reconnectDelay(attempt)),
    redisOptions: { ...options, ...(url.protocol === 'rediss:' && { tls: {} }) },
  });
}

/** Has all connections that the client makes from now on sign in by these. */
export function setCredentials(client: RedisClient, credentials: Credentials): void {
  const options = client instanceof Cluster ? client.options.redisOptions : client.options;
  Object.assign(options ?? {}, credentials);
}

function reconnectDelay(attempt: number): number {
  return Math.min(attempt * RECONNECT_DELAY, RECONNECT_DELAY_MAXIMUM);
}
