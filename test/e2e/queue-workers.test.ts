import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { RedisServer } from '../datastore/redis-server';
import { frocket, serve, startFrocket } from '../scripts/run-frocket';
import type { Serving } from '../scripts/run-frocket';
import { makeSampleFolder } from '../scripts/sample-folder';
import type { SampleFolder } from '../scripts/sample-folder';

const queue = 'frocket:{queue}:tickets';
const query = { query: { conditions: [{ filter: ['event', '==', 'purchase'] }] } };

let redis: RedisServer;
let admin: Redis;
let sample: SampleFolder;
let server: Serving;
let buyers: number;
const workers: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  [redis, sample] = await Promise.all([RedisServer.start(), makeSampleFolder()]);
  admin = new Redis(redis.url);
  server = await serve(['--redis', redis.url, '--workers', '0', '--root', sample.folder]);
  buyers = await sample.usersWith('purchase');
  const register = await frocket(['register', 'shop', sample.dataset, 'user_id', 'timestamp', '--redis', redis.url]);
  expect(register).toMatchObject({ code: 0 });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => end(worker, 'SIGKILL')));
});
afterAll(async () => {
  await server.stop();
  admin.disconnect();
  await Promise.all([redis.stop(), sample.remove()]);
});

async function startWorker(...options: string[]): Promise<ChildProcessWithoutNullStreams> {
  const worker = startFrocket(['worker', '--redis', redis.url, ...options]);
  worker.stderr.resume();
  workers.push(worker);
  const [greeting] = (await once(worker.stdout, 'data')) as [Buffer];
  expect(greeting.toString()).toContain('waits for tasks');
  return worker;
}

async function end(worker: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): Promise<number | null> {
  if (worker.exitCode === null && worker.signalCode === null) {
    const exited = once(worker, 'exit');
    worker.kill(signal);
    await exited;
  }
  return worker.exitCode;
}

async function ask(pathname: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  return (await fetch(`${server.url}${pathname}`, init)).json() as Promise<Record<string, unknown>>;
}

/** Anew each time, as a stored answer takes no worker. */
const runQuery = () => ask('/datasets/shop/query?fresh=true', { method: 'POST', body: JSON.stringify(query) });

async function untilLent(count: number): Promise<void> {
  while ((await admin.xpending(queue, 'workers').catch(() => [0]))[0] !== count) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('Workers on the queue', () => {
  test('answer what a server without workers of its own is asked, together and exactly', async () => {
    await Promise.all([startWorker('--concurrency', '1'), startWorker('--concurrency', '2', '--root', sample.folder)]);

    const answers = await Promise.all([runQuery(), runQuery(), runQuery()]);

    for (const answer of answers) {
      expect(answer).toMatchObject({ success: true, query: { matchingGroups: buyers }, stats: { invoker: { totalTasks: 3, failedTasks: 0 } } });
    }
    expect(await admin.xlen(queue)).toBe(0);
  });

  test('lose no task where one of them is killed while it runs it', async () => {
    const doomed = await startWorker('--concurrency', '1');
    const answer = runQuery();
    await untilLent(1);
    await end(doomed, 'SIGKILL');
    expect(await admin.xlen(queue)).toBe(3);
    expect(await admin.xpending(queue, 'workers')).toMatchObject({ 0: 1 });
    await startWorker('--concurrency', '1');

    // Its ticket comes back after as long as the server waits for a sign of life: whichever is first has the task run again.
    expect(await answer).toMatchObject({ success: true, query: { matchingGroups: buyers }, stats: { invoker: { failedTasks: 0 } } });
  });

  test('leave in good order when they are told to, and nothing is lost', async () => {
    const leaving = await startWorker('--concurrency', '2');
    const answer = runQuery();
    await untilLent(2);
    const code = end(leaving, 'SIGTERM');
    await startWorker('--concurrency', '1');

    expect(await code).toBe(0);
    expect(await answer).toMatchObject({ success: true, query: { matchingGroups: buyers } });
  });

  test('read nothing beyond their roots', async () => {
    const elsewhere = path.join(sample.folder, 'elsewhere');
    await mkdir(elsewhere);
    await startWorker('--root', elsewhere);

    const { errorKind, errorMessage } = await runQuery();
    expect(errorKind).toBe('TASK_FAILED');
    expect(errorMessage).toContain('under the roots that this worker was started with');
  });

  test('work on after Redis was killed and started again', async () => {
    await startWorker();
    await redis.pause();
    await redis.resume();

    expect(await runQuery()).toMatchObject({ success: true, query: { matchingGroups: buyers } });
  });
});

test.each([
  [['worker'], '--redis'],
  [['serve', '--workers', '0'], '--redis'],
  [['run', 'shop', '--empty', '--workers', '0'], '--redis'],
  [['worker', '--redis', 'redis://127.0.0.1:6379', '--concurrency', '0'], 'from 1 to 256'],
])('%j is refused, saying what is right', async (args, hint) => {
  const { code, stderr } = await frocket(args);

  expect(code).toBe(2);
  expect(stderr).toContain(hint);
});
