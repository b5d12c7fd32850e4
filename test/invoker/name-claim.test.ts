import { Redis } from 'ioredis';
import type { Datastore } from '../../lambda/datastore/datastore';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { ConflictError } from '../../lambda/invoker/errors';
import { withClaimedName } from '../../lambda/invoker/name-claim';
import { RedisServer } from '../datastore/redis-server';

const key = 'frocket:claim:"shop"';

let server: RedisServer;
let datastore: Datastore;
let admin: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  datastore = await openDatastore({ redisUrl: server.url });
  admin = new Redis(server.url);
});

afterAll(async () => {
  await datastore.close();
  admin.disconnect();
  await server.stop();
});

afterEach(() => jest.useRealTimers());

const claim = <Result>(requestId: string, work: (confirm: () => Promise<void>) => Promise<Result>) => withClaimedName(datastore.datasets, 'shop', requestId, { warn: () => {} }, work);

test('one registration of a name runs at a time, whether the one before succeeded or failed', async () => {
  await claim('first', async () => {
    await expect(claim('second', () => Promise.resolve('mixed'))).rejects.toThrow(ConflictError);
  });
  await expect(claim('third', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await claim('fourth', () => Promise.resolve('done'))).toBe('done');
});

test('the name of a registration that died is free again after seconds; a running one keeps it', async () => {
  jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'performance'] });
  await claim('long', async () => {
    expect(await admin.pttl(key)).toBeLessThanOrEqual(15_000);
    await admin.pexpire(key, 4_000);
    jest.advanceTimersByTime(5_000);
    // Commands of one connection are answered in their order: the renewal was sent before this.
    await datastore.datasets.lastUsed('shop');
    expect(await admin.pttl(key)).toBeGreaterThan(5_000);
  });
  expect(await admin.exists(key)).toBe(0);
});

test('a registration that lost its claim to another does not write', async () => {
  const lost = claim('slow', async (confirm) => {
    await admin.set(key, 'quick', 'PX', 10_000);
    await confirm();
    return 'written';
  });
  await expect(lost).rejects.toThrow(ConflictError);
  expect(await admin.get(key)).toBe('quick');
  await admin.del(key);
});
