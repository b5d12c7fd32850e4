import { Redis } from 'ioredis';
import type { Datastore, SharedDatastore } from '../../lambda/datastore/datastore';
import { openRedisDatastore } from '../../lambda/datastore/redis-datastore';
import { accessStrings } from '../../lib/constructs/datastore-users';
import { describeAnswerStore } from '../datastore/answer-contract';
import { collect, describeDatastore } from '../datastore/contract';
import { RedisServer } from '../datastore/redis-server';
import { sampleDataset, sampleJob, sampleSuccess, sampleTask } from '../datastore/samples';

// Access strings are judged by a real server, which speaks the same language as ElastiCache's, and by the real datastore.
let server: RedisServer;
let redis: Redis;
let invoker: SharedDatastore;
let worker: Datastore;
let queueWorker: SharedDatastore;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = new Redis(server.url);
  for (const [user, accessString] of Object.entries(accessStrings)) {
    await redis.call('ACL', 'SETUSER', user, '>password', ...accessString.split(' '));
  }
  const open = (user: string) => openRedisDatastore({ redisUrl: server.url.replace('redis://', `redis://${user}:password@`) });
  [invoker, worker, queueWorker] = await Promise.all([open('invoker'), open('worker'), open('queueWorker')]);
});

afterAll(async () => {
  await Promise.all([invoker.close(), worker.close(), queueWorker.close()]);
  redis.disconnect();
  await server.stop();
});

describe('the invoker may do all that a datastore is for', () => {
  describeDatastore(() => invoker);
  describeAnswerStore(() => invoker);
});

test('invokers share answers and jobs’ slots; workers see neither', async () => {
  const { sharing } = invoker;
  expect(await sharing?.leases.take('key', 'holder', 60_000)).toBe('leader');
  const wait = await sharing?.leases.take('key', 'other', 60_000);
  await sharing?.leases.renew('key', 'holder', 60_000);
  await sharing?.leases.end('key', 'holder', { kind: 'given-up' });
  expect(typeof wait === 'object' && (await sharing?.leases.ended('key', wait, new AbortController().signal))).toEqual({ kind: 'given-up' });
  expect(await sharing?.slots.take('job', 1, 60_000)).toBe(true);
  await sharing?.slots.renew('job', 60_000);
  await sharing?.slots.free('job');
  await expect(worker.answers.get('key')).rejects.toThrow();
  await expect(worker.sharing?.slots.take('job', 1, 60_000)).rejects.toThrow();
});

test('a worker runs its task: finds the job, claims, reports, completes', async () => {
  const job = sampleJob('acl-run');
  await invoker.tasks.publish(job, [sampleTask(0)]);
  expect(await worker.tasks.job('acl-run')).toEqual(job);
  const task = await worker.tasks.claim('acl-run');
  expect(task).toEqual(sampleTask(0));
  await worker.tasks.report('acl-run', sampleTask(0), 'RUNNING');
  await worker.tasks.complete('acl-run', sampleTask(0), sampleSuccess());
  expect((await collect(invoker, 'acl-run', 1)).length).toBeGreaterThan(0);
  await invoker.tasks.end('acl-run');
});

test('a queue worker takes a ticket, runs its task and finishes; a worker function sees no ticket', async () => {
  const job = sampleJob('acl-queue');
  await invoker.tasks.publish(job, [sampleTask(0)]);
  await invoker.queue.push(job, 2);
  const ticket = await queueWorker.queue.take(new AbortController().signal);
  expect(await queueWorker.tasks.claim('acl-queue', { ticket: ticket?.id ?? '' })).toEqual(sampleTask(0));
  if (ticket !== null) {
    await queueWorker.queue.renew(ticket);
    await queueWorker.queue.giveBack(ticket);
    await queueWorker.queue.finish(ticket);
  }
  await queueWorker.tasks.complete('acl-queue', sampleTask(0), sampleSuccess());
  expect(await invoker.queue.length()).toBe(1);
  await expect(queueWorker.datasets.list()).rejects.toThrow();
  await expect(redis.call('ACL', 'DRYRUN', 'worker', 'XLEN', 'frocket:{queue}:tickets')).resolves.not.toBe('OK');
});

test('a worker can neither read nor change the registry', async () => {
  await invoker.datasets.put(sampleDataset('kept'));
  await expect(worker.datasets.get('kept')).rejects.toThrow();
  await expect(worker.datasets.put(sampleDataset('forged'))).rejects.toThrow();
  await expect(worker.datasets.remove('kept')).rejects.toThrow();
  expect((await invoker.datasets.list()).map(({ id }) => id.name)).toContain('kept');
});

/** Whether a user may run a command. */
const may = async (user: string, ...command: string[]) => (await redis.call('ACL', 'DRYRUN', user, ...command)) === 'OK';

describe.each(['worker', 'invoker', 'queueWorker'])('the %s', (user) => {
  test.each([['PING'], ['INFO'], ['HELLO'], ['CLUSTER', 'SLOTS'], ['GET', 'frocket:{job:a}']])('may %s %s', async (...command) => {
    expect(await may(user, ...command)).toBe(true);
  });

  test.each([
    ['GET', 'other'], ['SET', 'other', '1'], ['FLUSHALL'], ['FLUSHDB'], ['KEYS', 'frocket:*'], ['CONFIG', 'GET', '*'], ['ACL', 'LIST'], ['SHUTDOWN'],
    ['DEBUG', 'SLEEP', '1'], ['MONITOR'], ['CLUSTER', 'FAILOVER'], ['REPLICAOF', 'NO', 'ONE'],
  ])('may not %s %s', async (...command) => {
    expect(await may(user, ...command)).toBe(false);
  });
});
