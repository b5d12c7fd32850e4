import type { Datastore, SharedDatastore } from './datastore';
import type { SignIn } from './redis-client';

export type DatastoreLocation = EmbeddedLocation | RedisLocation;

export interface EmbeddedLocation {
  /** Folder; made where it is missing. */
  readonly dataDirectory: string;
}

export interface RedisLocation {
  /** `redis://[user:password@]host[:port][/database]`; `rediss://` for TLS. */
  readonly redisUrl: string;
  /** What all keys begin with; default `frocket:`. */
  readonly keyPrefix?: string;
  /** Whether the server is to be spoken to as a cluster; default false. */
  readonly isCluster?: boolean;
  /** Makes user and password where they do not stand in the URL, and anew as they age. */
  readonly signIn?: SignIn;
}

export interface DatastoreOptions {
  /** Told once of each loss of the connection, and of its return; default: nobody is. */
  readonly logger?: DatastoreLogger;
}

/** As much of a pino logger as is needed here. */
export interface DatastoreLogger {
  warn(context: object, message: string): void;
  info(context: object, message: string): void;
}

/**
 * Opens the datastore at a place: embedded in a data folder, or Redis.
 *
 * @throws DatastoreError where the folder cannot be used, or Redis does not answer
 */
export async function openDatastore(location: RedisLocation, options?: DatastoreOptions): Promise<SharedDatastore>;
export async function openDatastore(location: DatastoreLocation, options?: DatastoreOptions): Promise<Datastore>;
export async function openDatastore(location: DatastoreLocation, options: DatastoreOptions = {}): Promise<Datastore> {
  // Each comes with a large library, and only one of them is needed.
  if ('dataDirectory' in location) {
    const { openEmbeddedDatastore } = await import('./embedded-datastore');
    return openEmbeddedDatastore(location.dataDirectory);
  }
  const { openRedisDatastore } = await import('./redis-datastore');
  return openRedisDatastore(location, options);
}
