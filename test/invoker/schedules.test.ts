import { pino } from 'pino';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { AsyncJobs } from '../../lambda/invoker/async-jobs';
import { ErrorReporter } from '../../lambda/invoker/error-reporter';
import { NotFoundError } from '../../lambda/invoker/errors';
import { Metrics } from '../../lambda/invoker/metrics';
import { parseScheduledEvent, runScheduled } from '../../lambda/invoker/schedules';
import type { FrocketService, QueryResponse } from '../../lambda/invoker/service';
import { RedisServer } from '../datastore/redis-server';
import { sampleJob } from '../datastore/samples';

let server: RedisServer;
let datastore: SharedDatastore;
beforeAll(async () => {
  server = await RedisServer.start();
  datastore = await openDatastore({ redisUrl: server.url });
});
afterAll(async () => {
  await datastore.close();
  await server.stop();
});

const prebake = { prebake: { name: 'daily', dataset: 'shop', query: { query: { conditions: [] } } } };
const stats = { cost: 0 } as QueryResponse['stats'];
const response = (requestId: string, value: number | bigint): QueryResponse => ({
  success: true,
  requestId,
  query: { matchingGroups: 1, matchingGroupRows: 2, aggregations: [{ column: 'user', type: 'sumPerValue', value: new Map([['a', value]]) }] },
  stats,
});

/** Runs the event with a service that answers as the test says. */
function run(event: unknown, query: FrocketService['query'] = () => Promise.reject(new Error('No query was expected.'))) {
  const scheduled = parseScheduledEvent(event);
  if (scheduled === null) throw new Error('This is no scheduled event.');
  return runScheduled(scheduled, { service: { query }, jobs: datastore.jobs, queue: datastore.queue });
}

function reply(jobId: string) {
  const logger = pino({ level: 'silent' });
  const settings = { jobTimeout: 1000, answerTtl: 1000 };
  return new AsyncJobs({ jobs: datastore.jobs, settings, logger, errors: new ErrorReporter(new Metrics(), logger) }).reply(jobId);
}

describe('A scheduled event', () => {
  test('tells the length of the queue', async () => {
    await datastore.queue.push(sampleJob('job'), 3);
    expect(await run({ queueLength: true })).toEqual({ queueLength: 3 });
  });

  test('has a query’s answer there for whoever asks for its job, exactly, and replaces it by the next', async () => {
    const asked: unknown[] = [];
    expect(
      await run(prebake, (name, query, options) => {
        asked.push([name, JSON.parse(query), options?.fresh]);
        return Promise.resolve(response('first', 2n ** 63n - 1n));
      }),
    ).toEqual({ prebaked: 'prebaked-daily' });
    expect(asked).toEqual([['shop', prebake.prebake.query, true]]);
    const first = await reply('prebaked-daily');
    expect(first.status).toBe(200);
    expect(first.body).toContain('{"a":9223372036854775807}');

    await run(prebake, () => Promise.resolve(response('second', 1)));
    expect(JSON.parse((await reply('prebaked-daily')).body)).toMatchObject({ requestId: 'second' });
  });

  test('that fails says so, and leaves the answer of the run before', async () => {
    await run(prebake, () => Promise.resolve(response('kept', 1)));
    await expect(run(prebake, () => Promise.reject(new NotFoundError('There is no dataset.')))).rejects.toThrow(NotFoundError);
    expect(JSON.parse((await reply('prebaked-daily')).body)).toMatchObject({ requestId: 'kept' });
  });

  test.each([
    ['a request to the API', { httpMethod: 'POST', path: '/datasets', body: '{"queueLength":true}' }],
    ['one with something else besides', { ...prebake, httpMethod: 'GET' }],
    ['a query without its name', { prebake: { dataset: 'shop', query: {} } }],
    ['nothing', null],
  ])('is not %s', (_, event) => {
    expect(parseScheduledEvent(event)).toBeNull();
  });
});
