import { Redis } from 'ioredis';
import type { Datastore } from '../../lambda/datastore/datastore';
import { DatastoreUnavailableError } from '../../lambda/datastore/errors';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { RedisServer } from './redis-server';
import { sampleDataset, sampleJob, sampleTask } from './samples';

let server: RedisServer;
let admin: Redis;
let password: string;

const changePassword = async (next: string) => {
  password = next;
  await admin.call('ACL', 'SETUSER', 'frocket', 'on', 'resetpass', `>${next}`, '~frocket:*', '+@all');
};
const signIn = () => Promise.resolve({ username: 'frocket', password });
const dropConnections = () => admin.call('CLIENT', 'KILL', 'USER', 'frocket');

beforeAll(async () => {
  server = await RedisServer.start();
  admin = new Redis(server.url);
  await changePassword('first');
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

describe('Signing in by credentials that age', () => {
  let datastore: Datastore;
  beforeEach(async () => {
    await changePassword('first');
    datastore = await openDatastore({ redisUrl: server.url, signIn });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await datastore.close();
  });

  /** As a frozen function finds it: time has passed, its connection is gone, its password no longer holds. */
  const thaw = async () => {
    await changePassword('second');
    const now = Date.now() + 3_600_000;
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    await dropConnections();
  };

  test('a lost connection comes back with fresh ones', async () => {
    await datastore.datasets.put(sampleDataset('kept'));
    await thaw();
    expect(await datastore.datasets.get('kept')).toEqual(sampleDataset('kept'));
  });

  test('so do connections that wait for events', async () => {
    const readFirst = async (requestId: string) => {
      const job = { ...sampleJob(requestId), deadline: Date.now() + 60_000 };
      await datastore.tasks.publish(job, [sampleTask(0)]);
      await datastore.tasks.report(requestId, sampleTask(0), 'RUNNING');
      for await (const event of datastore.tasks.events(requestId, new AbortController().signal)) return event.status;
      return null;
    };
    expect(await readFirst('before')).toBe('RUNNING');
    await thaw();
    expect(await readFirst('after')).toBe('RUNNING');
  });

  test('wrong ones are refused with a clear error that does not repeat them', async () => {
    const wrong = openDatastore({ redisUrl: server.url, signIn: () => Promise.resolve({ username: 'frocket', password: 'no such secret' }) });
    await expect(wrong).rejects.toThrow(DatastoreUnavailableError);
    await expect(wrong).rejects.not.toThrow(/no such secret/);
  });
});
