import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import type { Task, TaskOutcome } from '../../lambda/datastore/job';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { JobRunner } from '../../lambda/invoker/jobs';
import type { Launcher } from '../../lambda/invoker/launcher';
import { storeOutcome } from '../../lambda/worker/store-outcome';
import { RedisServer } from '../datastore/redis-server';
import { sampleJob, sampleSuccess } from '../datastore/samples';
import { runCollecting } from './job-scene';
import type { CollectedJob } from './job-scene';

const PARTS = 12;
const logger = pino({ level: 'silent' });
const parts = Array.from({ length: PARTS }, (_, index) => ({ filename: `part-${index}`, size: 1, etag: `e${index}` }));

/** As good as any, with a result that tells the part. */
function outcomeOf({ index }: Task): TaskOutcome {
  return sampleSuccess(index + 1);
}

/** Invoker and workers on connections of their own, as they are in different processes. */
interface Scene {
  readonly server: RedisServer;
  readonly admin: Redis;
  readonly invoker: SharedDatastore;
  readonly worker: SharedDatastore;
}

async function onStage(test: (scene: Scene) => Promise<void>, ...serverOptions: string[]): Promise<void> {
  const server = await RedisServer.start(...serverOptions);
  const admin = new Redis(server.url, { retryStrategy: () => 50 });
  admin.on('error', () => {});
  const [invoker, worker] = await Promise.all([openDatastore({ redisUrl: server.url }), openDatastore({ redisUrl: server.url })]);
  try {
    await test({ server, admin, invoker, worker });
  } finally {
    await Promise.all([invoker.close(), worker.close()]);
    admin.disconnect();
    await server.stop();
  }
}

/**
 * Runs a job whose workers, three at a time, take a moment for each task, and does something to Redis once some are through.
 * A worker that cannot reach Redis dies, and its invocation is lost with it.
 */
async function runJob({ invoker, worker }: Scene, fault: () => Promise<void>, { jobTimeout = 60_000, faultAfter = 4 } = {}): Promise<CollectedJob> {
  let ran = 0;
  const faulted: Promise<void>[] = [];
  const waiting: (() => Promise<void>)[] = [];
  const runNext = async () => {
    for (let invocation = waiting.shift(); invocation !== undefined; invocation = waiting.shift()) {
      await invocation().catch(() => {});
    }
  };
  const launcher: Launcher = {
    async launch(job, tasks, jobEnded) {
      for (let count = 0; count < tasks.length; count++) {
        waiting.push(async () => {
          const task = jobEnded.aborted ? null : await worker.tasks.claim(job.requestId);
          if (task === null) return;
          await delay(20);
          if (++ran === faultAfter) faulted.push(fault());
          await storeOutcome(worker.tasks, job.requestId, task, outcomeOf(task), { retries: 4, signal: jobEnded });
        });
      }
      for (let count = 0; count < 3; count++) void runNext();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const runner = new JobRunner({ board: invoker.tasks, launcher, jobTimeout, maxAttempts: 3, failedRetryInterval: 50, lostRetryInterval: 2_000, selectionWait: 0, logger, onTaskEnded: () => {} });
  const { work } = sampleJob('any');
  try {
    return await runCollecting(runner, { requestId: 'request', datasetName: 'shop', work, parts, mayBeCached: false }, {});
  } finally {
    await Promise.all(faulted);
  }
}

function exact({ results }: CollectedJob): boolean {
  return results.length === PARTS && results.every((result, index) => 'query' in result && result.query.matchingGroups === index + 1);
}

async function keysWithoutExpiry(admin: Redis): Promise<string[]> {
  const keys = await admin.keys('*');
  const lasting = await Promise.all(keys.map(async (key) => ((await admin.pttl(key)) === -1 ? [key] : [])));
  return lasting.flat().filter((key) => !key.includes('{registry}'));
}

const faults: readonly [string, (scene: Scene) => Promise<void>, string[]?][] = [
  [
    'is killed, and comes back with what it had',
    async ({ server }) => {
      await server.pause();
      await delay(1_000);
      await server.resume();
    },
  ],
  [
    'is killed, and comes back empty',
    async ({ server }) => {
      await server.pause();
      await delay(1_000);
      await server.resume();
    },
    ['--appendonly', 'no'],
  ],
  ['is emptied', async ({ admin }) => void (await admin.flushall())],
  [
    'is emptied again and again',
    async ({ admin }) => {
      for (let times = 0; times < 5; times++) {
        await admin.flushall();
        await delay(30);
      }
    },
  ],
  [
    'stops answering for a while',
    async ({ admin }) => {
      const pid = Number(/process_id:(\d+)/.exec(await admin.info('server'))?.[1]);
      process.kill(pid, 'SIGSTOP');
      await delay(4_000);
      process.kill(pid, 'SIGCONT');
    },
  ],
  [
    'cuts its connections again and again',
    async ({ admin }) => {
      for (let times = 0; times < 10; times++) {
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        await delay(50);
      }
    },
  ],
  [
    'is full for a while',
    async ({ admin }) => {
      await admin.config('SET', 'maxmemory', '1');
      await delay(2_000);
      await admin.config('SET', 'maxmemory', '0');
    },
  ],
  [
    'becomes a replica for a while, that takes no writes',
    async ({ admin, server }) => {
      await admin.replicaof('127.0.0.1', String(server.port === 65_535 ? 1 : server.port + 1));
      await delay(2_000);
      await admin.replicaof('NO', 'ONE');
    },
  ],
  ['evicts the job', async ({ admin }) => void (await admin.del('frocket:{job:request}:board'))],
  ['evicts the job’s events', async ({ admin }) => void (await admin.del('frocket:{job:request}:events'))],
  ['evicts the job’s tasks', async ({ admin }) => void (await admin.del('frocket:{job:request}:waiting', 'frocket:{job:request}:completed'))],
  [
    'is slow',
    async ({ admin }) => {
      for (let times = 0; times < 10; times++) {
        await admin.call('CLIENT', 'PAUSE', '200', 'ALL');
        await delay(250);
      }
    },
  ],
];

test.concurrent.each(faults.map(([name, fault, serverOptions = []]) => ({ name, fault, serverOptions })))(
  'A job ends exactly, and leaves nothing that stays for ever, while Redis $name',
  async ({ fault, serverOptions }) => {
    await onStage(async (scene) => {
      expect(exact(await runJob(scene, () => fault(scene)))).toBe(true);
      expect(await keysWithoutExpiry(scene.admin)).toEqual([]);
      expect(await scene.worker.tasks.job('request')).toBeNull();
      expect(exact(await runJob(scene, () => Promise.resolve()))).toBe(true);
    }, ...serverOptions);
  },
  90_000,
);

describe('A job while Redis goes for good', () => {
  const deadline = 3_000;

  test.concurrent.each([
    ['killed', async ({ server }: Scene) => server.pause(), 'it cannot be reached'],
    ['full', async ({ admin }: Scene) => void (await admin.config('SET', 'maxmemory', '1')), 'parts are missing'],
  ])('ends at its deadline with an error that says why: %s', async (_, fault, why) => {
    await onStage(async (scene) => {
      const startedAt = performance.now();
      const run = runJob(scene, () => fault(scene), { jobTimeout: deadline });
      await expect(run).rejects.toMatchObject({ kind: 'TIMEOUT' });
      await expect(run).rejects.toThrow(why);
      expect(performance.now() - startedAt).toBeLessThan(deadline + 3_000);
    });
  }, 60_000);

  test.concurrent('ends soon after its deadline where Redis no longer answers', async () => {
    await onStage(async (scene) => {
      const pid = Number(/process_id:(\d+)/.exec(await scene.admin.info('server'))?.[1]);
      const startedAt = performance.now();
      const run = runJob(scene, () => Promise.resolve(void process.kill(pid, 'SIGSTOP')), { jobTimeout: deadline });
      try {
        await expect(run).rejects.toMatchObject({ kind: 'TIMEOUT' });
        expect(performance.now() - startedAt).toBeLessThan(deadline + 3_000);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    });
  }, 60_000);

  test.concurrent('is refused where Redis is full from the start', async () => {
    await onStage(async (scene) => {
      await scene.admin.config('SET', 'maxmemory', '1');
      await expect(runJob(scene, () => Promise.resolve(), { jobTimeout: 30_000 })).rejects.toThrow(/Redis at redis:\/\/127.0.0.1:\d+ .*OOM/);
      expect(await scene.admin.keys('*')).toEqual([]);
    });
  }, 60_000);
});
