import { Redis } from 'ioredis';
import { pino } from 'pino';
import { TICKET_LEASE } from '../../lambda/datastore/work-queue';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import type { LaunchedTask, TaskOutcome } from '../../lambda/datastore/job';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { workOnQueue } from '../../lambda/worker/queue';
import { collect } from '../datastore/contract';
import { RedisServer } from '../datastore/redis-server';
import { sampleJob, sampleSuccess, sampleTask } from '../datastore/samples';

const key = 'frocket:{queue}:tickets';
const logger = pino({ level: 'silent' });

let server: RedisServer;
let admin: Redis;
let datastore: SharedDatastore;
beforeAll(async () => {
  server = await RedisServer.start();
  admin = new Redis(server.url);
  datastore = await openDatastore({ redisUrl: server.url });
});
afterAll(async () => {
  await datastore.close();
  admin.disconnect();
  await server.stop();
});
beforeEach(() => admin.flushall());

async function launch(requestId: string, tasks: number): Promise<void> {
  const job = sampleJob(requestId);
  await datastore.tasks.publish(job, Array.from({ length: tasks }, (_, index) => sampleTask(index)));
  await datastore.queue.push(job, tasks);
}

/** A worker that runs tasks as the test says, until it is told to leave. */
function work(runTask: (launched: LaunchedTask, stopped: Promise<null>) => Promise<TaskOutcome | null>, concurrency = 1) {
  const leaving = new AbortController();
  let onStarted = () => {};
  const started = new Promise<void>((resolve) => (onStarted = resolve));
  const run = (launched: LaunchedTask, _: unknown, signal: AbortSignal) => {
    onStarted();
    return runTask(launched, new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true })));
  };
  const lanes = Array.from({ length: concurrency }, () => ({ cachedParts: () => [], run }));
  const ended = workOnQueue({ datastore, lanes, logger }, leaving.signal);
  return { leave: () => leaving.abort(), ended, started };
}

async function untilQueueHas(length: number): Promise<void> {
  while ((await datastore.queue.length()) !== length) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('A worker on the queue', () => {
  test('runs as many tasks at once as it is told, and no more', async () => {
    await launch('many', 7);
    const running = { now: 0, most: 0 };
    const worker = work(async () => {
      running.most = Math.max(running.most, ++running.now);
      await new Promise((resolve) => setTimeout(resolve, 100));
      running.now--;
      return sampleSuccess();
    }, 3);
    const events = await collect(datastore, 'many', 14);
    worker.leave();
    await worker.ended;

    expect(new Set(events.filter(({ status }) => status === 'ENDED_SUCCESS').map(({ index }) => index)).size).toBe(7);
    expect(running.most).toBe(3);
  });

  test('drops the tickets of a job that has ended', async () => {
    await launch('over', 2);
    await datastore.tasks.end('over');
    const worker = work(() => Promise.reject(new Error('There is nothing to run.')));
    await untilQueueHas(0);
    worker.leave();
    await worker.ended;
  });

  test('stops a task that hangs once its job has ended, and takes the next', async () => {
    await launch('given up', 1);
    const worker = work(({ task }, stopped) => (task.index === 0 ? stopped : Promise.resolve(sampleSuccess())));
    await worker.started;
    await datastore.tasks.end('given up');
    const job = sampleJob('next');
    await datastore.tasks.publish(job, [sampleTask(1)]);
    await datastore.queue.push(job, 1);

    expect(await collect(datastore, 'next', 2)).toMatchObject([{ status: 'LOADING_DATA' }, { status: 'ENDED_SUCCESS' }]);
    worker.leave();
    await worker.ended;
  });

  test('gives back what has not ended when its patience ends, so that another worker has it at once', async () => {
    await launch('long', 1);
    const worker = work((_, stopped) => stopped);
    await worker.started;
    jest.useFakeTimers({ doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] });
    try {
      worker.leave();
      jest.advanceTimersByTime(20_000);
    } finally {
      jest.useRealTimers();
    }
    await worker.ended;

    const ticket = await datastore.queue.take(new AbortController().signal);
    expect(ticket).toMatchObject({ requestId: 'long', lent: 1 });
    expect(await datastore.tasks.claim('long', { ticket: ticket?.id ?? '' })).toEqual(sampleTask(0));
  });

  test('stores an outcome once Redis is back that was away when the task ended', async () => {
    await launch('patient', 1);
    const worker = work(async () => {
      await server.pause();
      setTimeout(() => void server.resume(), 2_500);
      return sampleSuccess();
    });
    await worker.started;
    await new Promise((resolve) => setTimeout(resolve, 3_000));

    expect(await collect(datastore, 'patient', 2)).toMatchObject([{ status: 'LOADING_DATA' }, { status: 'ENDED_SUCCESS' }]);
    worker.leave();
    await worker.ended;
  });

  test('fails a task whose workers died again and again, rather than die of it as well', async () => {
    await launch('poison', 1);
    const ticket = await datastore.queue.take(new AbortController().signal);
    await admin.xclaim(key, 'workers', 'workers', 0, ticket?.id ?? '', 'IDLE', TICKET_LEASE + 1, 'RETRYCOUNT', 3, 'JUSTID');
    const worker = work(() => Promise.reject(new Error('It was run.')));

    expect(await collect(datastore, 'poison', 2)).toMatchObject([
      { status: 'LOADING_DATA' },
      { status: 'ENDED_FAILED', outcome: { retryable: true, message: "Part 'part-0.parquet': 3 workers died while they ran it" } },
    ]);
    await untilQueueHas(0);
    worker.leave();
    await worker.ended;
  });
});
