import { setMaxListeners } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Redis } from 'ioredis';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import { DatastoreLocationError, DatastoreUnavailableError } from '../../lambda/datastore/errors';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { freePort } from '../storage/free-port';
import { describeAnswerStore } from './answer-contract';
import { collect, describeDatastore } from './contract';
import { RedisServer } from './redis-server';
import { sampleDataset, sampleJob, sampleJobState, sampleSuccess, sampleTask } from './samples';

let server: RedisServer;
let datastore: SharedDatastore;
let admin: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  datastore = await openDatastore({ redisUrl: server.url });
  admin = new Redis(server.url);
  admin.on('error', () => {});
});

afterAll(async () => {
  await datastore.close();
  admin.disconnect();
  await server.stop();
});

describe('A datastore in Redis', () => {
  describeDatastore(() => datastore);
  describeAnswerStore(() => datastore);

  test('begins every key with its prefix, and lets all but the registry expire', async () => {
    await admin.flushall();
    const prefixed = await openDatastore({ redisUrl: server.url, keyPrefix: 'team a:' });
    await prefixed.datasets.put(sampleDataset('shop'));
    await prefixed.datasets.touch('shop', 1);
    await prefixed.datasets.claimName('shop', 'request', 60_000);
    await prefixed.jobs.create(sampleJobState('running'));
    await prefixed.jobs.create(sampleJobState('finished'));
    await prefixed.jobs.finish('finished', { httpStatus: 200, body: '{}' }, 60_000);
    await prefixed.tasks.publish(sampleJob('board'), [sampleTask(0), sampleTask(1)]);
    await prefixed.tasks.complete('board', sampleTask(0), sampleSuccess());
    await prefixed.tasks.claim('board', { ticket: 'ticket' });
    await prefixed.tasks.publish(sampleJob('ended'), [sampleTask(0)]);
    await prefixed.tasks.claim('ended', { ticket: 'ticket' });
    await prefixed.tasks.end('ended');
    await prefixed.queue.push(sampleJob('board'), 1);
    await prefixed.close();

    const keys = await admin.keys('*');
    const lasting = await Promise.all(keys.map(async (key) => ((await admin.pttl(key)) === -1 ? key : null)));
    expect(keys).toHaveLength(13);
    expect(keys.filter((key) => !key.startsWith('team a:'))).toEqual([]);
    expect(lasting.filter((key) => key !== null).sort()).toEqual(['team a:{registry}:datasets', 'team a:{registry}:last-used']);
    await admin.flushall();
  });

  test.each([
    ['ahead of', 60_000],
    ['behind', -60_000],
  ])('counts time by its own clock, where one process is a minute %s another', async (_, skew) => {
    const asOthersDo = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => Math.round(performance.timeOrigin + performance.now() + skew));
      return work().finally(() => clock.mockRestore());
    };
    const requestId = `clock${skew}`;
    await asOthersDo(async () => {
      await datastore.tasks.publish(sampleJob(requestId), [sampleTask(0), sampleTask(1)]);
      await datastore.jobs.create(sampleJobState(requestId));
      await datastore.queue.push(sampleJob(requestId), 1);
    });

    expect(await datastore.tasks.job(requestId)).toMatchObject({ requestId });
    expect(await datastore.tasks.claim(requestId)).toEqual(sampleTask(0));
    expect(await asOthersDo(() => datastore.tasks.claim(requestId))).toEqual(sampleTask(1));
    expect((await datastore.jobs.get(requestId))?.answer).toBeNull();
    expect((await asOthersDo(() => datastore.jobs.get(requestId)))?.answer).toBeNull();
    for (const [key, lifetime] of [[`{job:${requestId}}:board`, 65_000], ['{queue}:tickets', 120_000], [`{job:${requestId}}:state`, 3_660_000]] as const) {
      const left = await admin.pttl(`frocket:${key}`);
      expect(left).toBeGreaterThan(lifetime - 20_000);
      expect(left).toBeLessThanOrEqual(lifetime);
    }
    await admin.flushall();
  });

  test('keeps its data and works on after Redis was killed and started again', async () => {
    await datastore.datasets.put(sampleDataset('kept'));
    await server.pause();
    await server.resume();
    expect(await datastore.datasets.get('kept')).toEqual(sampleDataset('kept'));
    await datastore.datasets.touch('kept', 7);
    expect(await datastore.datasets.lastUsed('kept')).toBe(7);
  });

  test('loses no event where Redis restarts while somebody waits for it', async () => {
    await datastore.tasks.publish(sampleJob('restart'), [sampleTask(0)]);
    await datastore.tasks.report('restart', sampleTask(0), 'LOADING_DATA');
    const events = datastore.tasks.events('restart', new AbortController().signal)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ status: 'LOADING_DATA' });
    const waiting = events.next();
    await server.pause();
    await server.resume();
    await datastore.tasks.report('restart', sampleTask(0), 'RUNNING_QUERY');
    expect((await waiting).value).toMatchObject({ status: 'RUNNING_QUERY' });
    await events.return?.();
  });

  test('wakes who waits for events, from another connection', async () => {
    const worker = await openDatastore({ redisUrl: server.url });
    await datastore.tasks.publish(sampleJob('waking'), [sampleTask(0)]);
    const following = collect(datastore, 'waking', 1);
    await untilBlocked(1);
    const before = await commandCalls('xread');
    await worker.tasks.complete('waking', sampleTask(0), sampleSuccess());
    expect(await following).toHaveLength(1);
    // The blocked read itself brought the event: nobody asked again.
    expect((await commandCalls('xread')) - before).toBeLessThanOrEqual(1);
    await worker.close();
  });

  test('ends blocked reads at once when they are aborted, and leaves no connection behind', async () => {
    const other = await openDatastore({ redisUrl: server.url });
    const before = await connections();
    await other.tasks.publish(sampleJob('aborted'), [sampleTask(0)]);
    const abort = new AbortController();
    setMaxListeners(12, abort.signal);
    const following = Array.from({ length: 12 }, () => collect(other, 'aborted', Infinity, abort.signal));
    await untilBlocked(12);
    abort.abort();
    expect(await Promise.all(following)).toEqual(Array.from({ length: 12 }, () => []));
    await untilConnections(before);
    await other.close();
    await untilConnections(before - 1);
  });

  test('says within bounds, naming server but no password, that Redis cannot be reached', async () => {
    const port = await freePort();
    const opening = openDatastore({ redisUrl: `redis://user:secret@127.0.0.1:${port}` });
    await expect(opening).rejects.toThrow(DatastoreUnavailableError);
    await expect(opening).rejects.toThrow(`redis://127.0.0.1:${port} does not do as asked: Error: connect ECONNREFUSED`);
    await expect(opening).rejects.not.toThrow('secret');
  });

  test('says so where the password is wrong', async () => {
    await admin.config('SET', 'requirepass', 'right');
    try {
      await expect(openDatastore({ redisUrl: `redis://:wrong@127.0.0.1:${server.port}` })).rejects.toThrow('WRONGPASS');
      const opened = await openDatastore({ redisUrl: `redis://:right@127.0.0.1:${server.port}` });
      expect(await opened.datasets.get('nothing')).toBeNull();
      await opened.close();
    } finally {
      await admin.config('SET', 'requirepass', '');
    }
  });

  test('leaves a connection on which nothing arrives any more, and does on another what it was asked for', async () => {
    const sockets: Socket[] = [];
    const proxy = createServer((client) => {
      const target = connect(server.port, '127.0.0.1');
      client.pipe(target).pipe(client);
      sockets.push(client, target);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const distant = await openDatastore({ redisUrl: `redis://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
    try {
      await datastore.tasks.publish(sampleJob('silent'), [sampleTask(0)]);
      const events = distant.tasks.events('silent', new AbortController().signal)[Symbol.asyncIterator]();
      const waiting = events.next();
      await untilBlocked(1);
      sockets.forEach((socket) => socket.unpipe().pause());

      expect(await distant.tasks.claim('silent')).toEqual(sampleTask(0));
      expect((await waiting).value).toMatchObject({ status: 'LOADING_DATA' });
      await events.return?.();
    } finally {
      await distant.close();
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => proxy.close(resolve));
    }
  }, 20_000);

  test.each(['localhost:6379', 'http://localhost', 'redis://', ''])('refuses %j for a URL', async (redisUrl) => {
    await expect(openDatastore({ redisUrl })).rejects.toThrow(DatastoreLocationError);
  });

  test('fails within bounds while Redis is away, says so once, and works once it is back', async () => {
    const lines: string[] = [];
    const logger = { warn: (_: unknown, line: string) => lines.push(line), info: (_: unknown, line: string) => lines.push(line) };
    const logging = await openDatastore({ redisUrl: server.url }, { logger });
    await server.pause();
    await expect(logging.datasets.list()).rejects.toThrow(DatastoreUnavailableError);
    await expect(collect(logging, 'anything', 1)).rejects.toThrow(DatastoreUnavailableError);
    expect(lines).toEqual(['Redis cannot be reached']);
    await server.resume();
    expect(await logging.datasets.get('nothing')).toBeNull();
    expect(lines).toEqual(['Redis cannot be reached', 'Redis can be reached again']);
    await logging.close();
  });
});

async function connections(): Promise<number> {
  return String(await admin.client('LIST')).trim().split('\n').length;
}

async function untilConnections(count: number): Promise<void> {
  while ((await connections()) > count) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function untilBlocked(count: number): Promise<void> {
  while (!(await admin.info('clients')).includes(`blocked_clients:${count}\r\n`)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function commandCalls(command: string): Promise<number> {
  const statistics = await admin.info('commandstats');
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(statistics)?.[1] ?? 0);
}
