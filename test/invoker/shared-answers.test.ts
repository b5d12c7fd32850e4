import { pino } from 'pino';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import type { TaskOutcome } from '../../lambda/datastore/job';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { LocalService } from '../../lambda/invoker/local-service';
import { readSettings } from '../../lambda/invoker/settings';
import type { Settings } from '../../lambda/invoker/settings';
import { RedisServer } from '../datastore/redis-server';
import { sampleDataset, sampleFailure, sampleSuccess } from '../datastore/samples';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** One of several invokers on the same Redis, whose tasks end when and as the test says. */
class Invoker {
  launched = 0;
  #onLaunch = () => {};
  #end: (outcome: TaskOutcome) => void = () => {};
  #outcome = new Promise<TaskOutcome>((resolve) => (this.#end = resolve));

  private constructor(
    readonly datastore: SharedDatastore,
    readonly service: LocalService,
  ) {}

  static async open(settings: Partial<Settings> = {}): Promise<Invoker> {
    const datastore = await openDatastore({ redisUrl: server.url });
    const launcher = {
      launch: (job: { readonly requestId: string }) => {
        invoker.launched++;
        invoker.#onLaunch();
        void invoker.#outcome.then(async (outcome) => {
          const task = await datastore.tasks.claim(job.requestId);
          if (task !== null) await datastore.tasks.complete(job.requestId, task, outcome);
        });
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const service = new LocalService({ datastore, launcher, settings: { ...readSettings({}), ...settings }, roots: null, logger: pino({ level: 'silent' }) });
    const invoker = new Invoker(datastore, service);
    return invoker;
  }

  end(outcome: TaskOutcome): void {
    this.#end(outcome);
  }

  /** Asks, and resolves once its job is launched. */
  async launch(name: string, signal?: AbortSignal) {
    const launched = new Promise<void>((resolve) => (this.#onLaunch = resolve));
    const answer = this.service.query(name, '{}', signal === undefined ? {} : { signal });
    answer.catch(() => {});
    await Promise.race([launched, answer]);
    return { answer };
  }

  /** Asks, and resolves once it waits for another's answer. */
  async follow(name: string) {
    let following = () => {};
    const waits = new Promise<void>((resolve) => (following = resolve));
    const answer = this.service.query(name, '{}', { onProgress: ({ message }) => message.startsWith('Waiting for the same query') && following() });
    answer.catch(() => {});
    await Promise.race([waits, answer]);
    return { answer };
  }
}

const opened: Invoker[] = [];
async function invokers(settings?: Partial<Settings>): Promise<[Invoker, Invoker]> {
  const pair: [Invoker, Invoker] = [await Invoker.open(settings), await Invoker.open(settings)];
  opened.push(...pair);
  return pair;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ datastore }) => datastore.close()));
});

describe('Invokers on one Redis', () => {
  test('compute an answer once, and both give it', async () => {
    const [leader, follower] = await invokers();
    await leader.datastore.datasets.put(sampleDataset('once'));
    const first = await leader.launch('once');
    const second = await follower.follow('once');
    leader.end(sampleSuccess(7));

    expect(await first.answer).toMatchObject({ query: { matchingGroups: 7 }, stats: { answer: { from: 'job' } } });
    expect(await second.answer).toMatchObject({ query: { matchingGroups: 7 }, stats: { answer: { from: 'shared' }, cost: 0 } });
    expect(await follower.service.query('once', '{}')).toMatchObject({ stats: { answer: { from: 'stored' } } });
    expect(follower.launched).toBe(0);
  });

  test('share a failure that would befall each, and no other', async () => {
    const [leader, follower] = await invokers({ maxAttempts: 1 });
    await leader.datastore.datasets.put(sampleDataset('final'));
    const first = await leader.launch('final');
    const second = await follower.follow('final');
    leader.end({ ...sampleFailure('The part is corrupt.'), retryable: false });
    await expect(first.answer).rejects.toMatchObject({ kind: 'TASK_FAILED', message: 'The part is corrupt.' });
    await expect(second.answer).rejects.toMatchObject({ kind: 'TASK_FAILED', message: 'The part is corrupt.' });
    expect(follower.launched).toBe(0);

    const [unlucky, lucky] = await invokers({ maxAttempts: 1 });
    await unlucky.datastore.datasets.put(sampleDataset('passing'));
    const third = await unlucky.launch('passing');
    const fourth = await lucky.follow('passing');
    lucky.end(sampleSuccess(8));
    unlucky.end(sampleFailure('The network was cut.'));
    await expect(third.answer).rejects.toMatchObject({ message: 'The network was cut.' });
    expect(await fourth.answer).toMatchObject({ query: { matchingGroups: 8 }, stats: { answer: { from: 'job' } } });
  });

  test('take over from one whose client went away', async () => {
    const [leader, follower] = await invokers();
    await leader.datastore.datasets.put(sampleDataset('left'));
    const leaving = new AbortController();
    const first = await leader.launch('left', leaving.signal);
    const second = await follower.follow('left');
    follower.end(sampleSuccess(9));
    leaving.abort(new Error('gone'));

    await expect(first.answer).rejects.toThrow('gone');
    expect(await second.answer).toMatchObject({ query: { matchingGroups: 9 }, stats: { answer: { from: 'job' } } });
  });

  test('wait for another no longer than a job may take', async () => {
    const [leader] = await invokers();
    const [hasty] = await invokers({ jobTimeout: 300 });
    await leader.datastore.datasets.put(sampleDataset('hasty'));
    const first = await leader.launch('hasty');
    const second = await hasty.follow('hasty');

    await expect(second.answer).rejects.toMatchObject({ kind: 'TIMEOUT', message: 'Not finished within 0.3 seconds.' });
    leader.end(sampleSuccess(1));
    await first.answer;
  });

  test('run so many jobs together as are allowed', async () => {
    const [one, other] = await invokers({ maxConcurrentJobs: 1 });
    for (const name of ['first', 'second']) await one.datastore.datasets.put(sampleDataset(name));
    const first = await one.launch('first');

    await expect(other.service.query('second', '{}')).rejects.toMatchObject({ kind: 'LIMIT', status: 429 });
    one.end(sampleSuccess(1));
    await first.answer;
    other.end(sampleSuccess(2));
    expect(await other.service.query('second', '{}')).toMatchObject({ query: { matchingGroups: 2 } });
  });

  test('refuse a dataset with more parts than a query may read', async () => {
    const [strict] = await invokers({ maxParts: 1 });
    const dataset = sampleDataset('parts');
    await strict.datastore.datasets.put({ ...dataset, parts: [...dataset.parts, { filename: 'part-1.parquet', size: 1, etag: '"b"' }] });

    await expect(strict.service.query('parts', '{}')).rejects.toMatchObject({ kind: 'LIMIT', message: expect.stringContaining('has 2 parts, and a query may read at most 1') as string });
  });
});
