import type { SharedDatastore } from './datastore';
import type { DatastoreOptions, RedisLocation } from './open-datastore';
import { RedisAnswers } from './redis-answers';
import { RedisConnection } from './redis-connection';
import { RedisJobs } from './redis-jobs';
import { RedisRegistry } from './redis-registry';
import { RedisSharing } from './redis-sharing';
import { RedisTaskBoard } from './redis-task-board';
import { RedisWorkQueue } from './redis-work-queue';

/**
 * A datastore for many machines, on Redis 7 or Valkey. What it holds is as durable as that server is set up to be.
 *
 * @throws DatastoreLocationError, DatastoreUnavailableError
 */
export async function openRedisDatastore(location: RedisLocation, options: DatastoreOptions = {}): Promise<SharedDatastore> {
  const { keyPrefix = 'frocket:' } = location;
  const connection = await RedisConnection.open(location, options);
  return {
    datasets: new RedisRegistry(connection, keyPrefix),
    jobs: new RedisJobs(connection, keyPrefix),
    tasks: new RedisTaskBoard(connection, keyPrefix),
    queue: new RedisWorkQueue(connection, keyPrefix),
    answers: new RedisAnswers(connection, keyPrefix),
    sharing: new RedisSharing(connection, keyPrefix),
    close: () => connection.close(),
  };
}
