import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { RedisServer } from '../datastore/redis-server';
import { linesOf } from '../../scripts/client/json-lines';
import { frocket, startFrocket } from '../scripts/run-frocket';
import { makeSampleFolder } from '../scripts/sample-folder';
import type { SampleFolder } from '../scripts/sample-folder';

let redis: RedisServer;
let sample: SampleFolder;
const processes: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  [redis, sample] = await Promise.all([RedisServer.start(), makeSampleFolder()]);
  expect(await frocket(['register', 'shop', sample.dataset, 'user_id', 'timestamp', '--redis', redis.url, ...dataFolder()])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await Promise.all(processes.map(kill));
  await Promise.all([redis.stop(), sample.remove()]);
});

const dataFolder = () => ['--data-dir', path.join(sample.folder, 'data')];

async function start(...command: string[]): Promise<{ process: ChildProcessWithoutNullStreams; said: string }> {
  const process = startFrocket([...command, '--redis', redis.url]);
  process.stderr.resume();
  processes.push(process);
  const [said] = (await once(process.stdout, 'data')) as [Buffer];
  return { process, said: said.toString() };
}

/** A server without workers of its own. */
async function startServer() {
  const { process, said } = await start('serve', '--port', '0', '--workers', '0', ...dataFolder());
  return { process, url: /http:\/\/\S+/.exec(said)?.[0] ?? '' };
}

async function kill(process: ChildProcessWithoutNullStreams): Promise<void> {
  if (process.exitCode === null && process.signalCode === null) {
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  }
}

/** Asks, and gives the lines of the answer as they come. */
async function* ask(url: string, query: object): AsyncGenerator<Record<string, unknown>> {
  const response = await fetch(`${url}/datasets/shop/query?stream=true`, { method: 'POST', body: JSON.stringify(query) });
  for await (const line of response.body === null ? [] : linesOf(response.body)) {
    yield JSON.parse(line) as Record<string, unknown>;
  }
}

test('A server waits for another that answers the same query, and answers it itself where that one is killed', async () => {
  const query = { query: { conditions: [{ filter: ['event', '==', 'purchase'] }] } };
  const [leader, follower] = await Promise.all([startServer(), startServer()]);
  const led = ask(leader.url, query);
  expect((await led.next()).value).toMatchObject({ stage: 'STARTING', message: expect.stringMatching(/^Launching/) as string });
  const followed = ask(follower.url, query);
  expect((await followed.next()).value).toMatchObject({ stage: 'STARTING', message: 'Waiting for the same query, which runs already' });

  await kill(leader.process);
  await expect(led.next().then(() => led.next())).rejects.toThrow();
  await start('worker');
  let last: Record<string, unknown> = {};
  for await (const line of followed) {
    last = line;
  }

  expect(last).toMatchObject({ success: true, query: { matchingGroups: await sample.usersWith('purchase') }, stats: { answer: { from: 'job' } } });
}, 60_000);
