import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import type { ProcessSharing } from '../../lambda/datastore/process-sharing';
import { RedisServer } from './redis-server';

let server: RedisServer;
let stores: SharedDatastore[];
let one: ProcessSharing;
let other: ProcessSharing;
beforeAll(async () => {
  server = await RedisServer.start();
  stores = await Promise.all([1, 2].map(() => openDatastore({ redisUrl: server.url })));
  [one, other] = stores.map(sharingOf);
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await server.stop();
});

function sharingOf({ sharing }: SharedDatastore): ProcessSharing {
  if (sharing === null) throw new Error('A datastore in Redis is shared.');
  return sharing;
}

const never = new AbortController().signal;

async function waitingFor(key: string) {
  const lease = await other.leases.take(key, 'follower', 60_000);
  if (lease === 'leader') throw new Error('There should be a leader.');
  return lease;
}

describe('A lease on an answer', () => {
  test('is one process’s at a time, whose end wakes who waits', async () => {
    expect(await one.leases.take('wake', 'leader', 60_000)).toBe('leader');
    const ended = other.leases.ended('wake', await waitingFor('wake'), never);
    await one.leases.end('wake', 'somebody else', { kind: 'given-up' });
    expect(await other.leases.take('wake', 'follower', 60_000)).not.toBe('leader');
    await one.leases.end('wake', 'leader', { kind: 'error', error: { kind: 'LIMIT', message: 'Too much.' } });
    expect(await ended).toEqual({ kind: 'error', error: { kind: 'LIMIT', message: 'Too much.' } });
    expect(await other.leases.take('wake', 'follower', 60_000)).toBe('leader');
  });

  test('whose end comes before the waiting is not missed, and an older end is no news', async () => {
    for (const run of ['first', 'second']) {
      expect(await one.leases.take('early', run, 60_000)).toBe('leader');
      const wait = await waitingFor('early');
      await one.leases.end('early', run, { kind: run === 'first' ? 'given-up' : 'stored' });
      expect(await other.leases.ended('early', wait, never)).toEqual({ kind: run === 'first' ? 'given-up' : 'stored' });
    }
  });

  test('ends by itself where its process died; one that is renewed does not', async () => {
    expect(await one.leases.take('dead', 'leader', 100)).toBe('leader');
    await one.leases.renew('dead', 'leader', 300);
    const wait = await waitingFor('dead');
    expect(wait.ttl).toBeGreaterThan(100);
    expect(await other.leases.ended('dead', wait, never)).toBeNull();
    await setTimeout(10);
    expect(await other.leases.take('dead', 'follower', 60_000)).toBe('leader');
    await one.leases.renew('dead', 'leader', 60_000);
    await one.leases.end('dead', 'leader', { kind: 'stored' });
    expect(await one.leases.take('dead', 'leader', 60_000)).not.toBe('leader');
  });

  test('need not be waited for any longer than one wants', async () => {
    await one.leases.take('left', 'leader', 60_000);
    const leaving = new AbortController();
    const ended = other.leases.ended('left', await waitingFor('left'), leaving.signal);
    leaving.abort();
    expect(await ended).toBeNull();
  });
});

describe('Slots for jobs', () => {
  test('are counted over all processes, and free once they are given back or their process died', async () => {
    expect(await one.slots.take('a', 2, 60_000)).toBe(true);
    expect(await other.slots.take('b', 2, 100)).toBe(true);
    expect(await one.slots.take('c', 2, 60_000)).toBe(false);
    await one.slots.free('a');
    expect(await other.slots.take('c', 2, 60_000)).toBe(true);
    await setTimeout(150);
    expect(await one.slots.take('d', 2, 100)).toBe(true);
    await one.slots.renew('d', 60_000);
    await setTimeout(150);
    expect(await one.slots.take('e', 2, 60_000)).toBe(false);
  });
});

test('All that processes share expires by itself', async () => {
  await one.leases.take('expiring', 'leader', 60_000);
  await one.leases.take('expired', 'leader', 60_000);
  await one.leases.end('expired', 'leader', { kind: 'stored' });
  await one.slots.take('expiring', 100, 60_000);
  const redis = new Redis(server.url);
  const keys = await redis.keys('*');
  const lifetimes = await Promise.all(keys.map((key) => redis.pttl(key)));
  redis.disconnect();
  expect(keys.length).toBeGreaterThanOrEqual(3);
  expect(lifetimes.filter((lifetime) => lifetime === -1)).toEqual([]);
});
