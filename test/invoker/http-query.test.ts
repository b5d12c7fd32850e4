import { rm } from 'node:fs/promises';
import path from 'node:path';
import pRetry from 'p-retry';
import { shopColumns, shopEvents, temporaryFolder, writePart } from '../worker/parquet-parts';
import { TestServer } from './test-server';
import { bundleThread } from './thread-bundle';
import type { ThreadBundle } from './thread-bundle';

let bundle: ThreadBundle;
let root: string;
let server: TestServer;

beforeAll(async () => {
  bundle = await bundleThread('test/invoker/fragile-thread.ts');
  root = await temporaryFolder();
  for (let part = 0; part < 4; part++) {
    const columns = shopColumns(shopEvents(part));
    await writePart(path.join(root, 'shop'), `part-${part}.parquet`, columns);
    await writePart(path.join(root, 'fragile'), `part-${part}${part === 1 ? '-dies-once' : ''}.parquet`, columns);
    await writePart(path.join(root, 'doomed'), `part-${part}${part === 2 ? '-dies-always' : ''}.parquet`, columns);
    await writePart(path.join(root, 'hanging'), `part-${part}-hangs.parquet`, columns);
    await writePart(path.join(root, 'slow'), `part-${part}-dawdles.parquet`, columns);
  }
  await writePart(path.join(root, 'crashing'), 'part-0-crashes.parquet', shopColumns(shopEvents(0)));
  server = await TestServer.start({ threadFile: bundle.file, roots: [root], settings: { jobTimeout: 20_000 } });
  for (const name of ['shop', 'fragile', 'doomed', 'hanging', 'slow', 'crashing']) {
    expect(await server.register(name, path.join(root, name))).toMatchObject({ status: 200 });
  }
});
afterAll(async () => {
  await server.close();
  await bundle.remove();
  await rm(root, { recursive: true });
});

const funnelQuery = {
  query: { conditions: [{ filter: ['event', '==', 'cart'] }], aggregations: [{ column: 'event', type: 'countPerValue' }] },
  funnel: { sequence: [{ filter: ['event', '==', 'view'] }, { filter: ['event', '==', 'buy'] }], endAggregations: [{ column: 'event', type: 'sumPerValue', otherColumn: 'price' }] },
};

describe('A query', () => {
  test('is answered over all parts, exactly', async () => {
    const answer = await server.post('/datasets/shop/query', funnelQuery);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.body).toMatchObject({
      success: true,
      requestId: answer.headers.get('x-request-id'),
      query: {
        matchingGroups: 16,
        matchingGroupRows: 40,
        aggregations: [{ column: 'event', type: 'countPerValue', top: 10, value: { cart: 16, view: 16, buy: 8 } }],
      },
      funnel: {
        sequence: [
          { matchingGroups: 16, matchingGroupRows: 40 },
          { matchingGroups: 8, matchingGroupRows: 24 },
        ],
        endAggregations: [{ column: 'event', type: 'sumPerValue', value: { buy: 36, cart: 16 } }],
      },
    });
  });

  test('says what it took', async () => {
    await server.post('/datasets/shop/query?fresh=true', {});
    const { stats } = (await server.post('/datasets/shop/query?fresh=true', {})).body;

    expect(stats).toMatchObject({
      invoker: { totalTasks: 4, failedTasks: 0, retries: 0 },
      worker: { scannedRows: 56, scannedGroups: 32, cache: { source: expect.any(Number) as number }, loadTime: { '50%': expect.any(Number) as number } },
      dataset: { parts: 4 },
      cost: 0,
    });
  });

  test('is not bound to a content type', async () => {
    const answer = await server.request('POST', '/datasets/shop/query', { body: '{}', headers: { 'content-type': 'text/plain' } });

    expect(answer).toMatchObject({ status: 200, body: { query: { matchingGroups: 32 } } });
  });

  test('that is empty has a route of its own', async () => {
    const answer = await server.get('/datasets/shop/empty-query');

    expect(answer).toMatchObject({ status: 200, body: { query: { matchingGroups: 32, matchingGroupRows: 56 } } });
    expect(answer.body).not.toHaveProperty('funnel');
    expect(answer.body).not.toHaveProperty('query.aggregations');
  });

  test('and others at the same time are each answered', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.post('/datasets/shop/query', funnelQuery)));

    for (const { body } of answers) expect(body).toMatchObject({ query: { matchingGroups: 16 } });
    expect(new Set(answers.map(({ body }) => body.requestId)).size).toBe(12);
  });

  test.each([
    ['malformed JSON', '{"query":', 400, 'SCHEMA'],
    ['no body', '', 400, 'SCHEMA'],
    ['an unknown property', '{"querry":{}}', 400, 'SCHEMA'],
    ['a relation that does not parse', '{"query":{"relation":"$0 and","conditions":[{"filter":["event","==","x"]}]}}', 400, 'RELATION'],
    ['an unknown column', '{"query":{"conditions":[{"filter":["colour","==","x"]}]}}', 400, 'DATASET_MISMATCH'],
    ['an operator that does not fit', '{"query":{"conditions":[{"filter":["event",">","x"]}]}}', 400, 'TYPE_MISMATCH'],
  ])('with %s is refused', async (_, query, status, errorKind) => {
    for (const parameters of ['', '?stream=true', '?async=true']) {
      const refused = await server.post(`/datasets/shop/query${parameters}`, query);

      expect(refused.status).toBe(status);
      expect(refused.headers.get('content-type')).toBe('application/json');
      expect(refused.body).toMatchObject({ success: false, errorKind, errorMessage: expect.any(String) as string, requestId: expect.any(String) as string });
    }
  });

  test('of an unknown dataset is NOT_FOUND, however it is asked', async () => {
    for (const parameters of ['', '?stream=true', '?async=true']) {
      expect(await server.post(`/datasets/nothing/query${parameters}`, {})).toMatchObject({ status: 404, body: { errorKind: 'NOT_FOUND', errorMessage: "There is no dataset 'nothing'." } });
    }
  });
});

describe('A streamed query', () => {
  test('tells its progress, whose counts add up to the parts, and ends with the response', async () => {
    const { status, contentType, lines } = await server.lines('POST', '/datasets/slow/query?stream=true', JSON.stringify(funnelQuery));
    const progress = lines.slice(0, -1);

    expect(status).toBe(200);
    expect(contentType).toBe('application/x-ndjson');
    expect(lines.at(-1)).toMatchObject({ success: true, query: { matchingGroups: 16 } });
    for (const line of progress) {
      expect(Object.keys(line)).toEqual(['stage', 'message', 'tasks']);
      expect(Object.values(line.tasks as Record<string, number>).reduce((sum, count) => sum + count, 0)).toBe(4);
    }
    const stages = progress.map(({ stage }) => stage);
    expect([...new Set(stages)]).toEqual(['STARTING', 'RUNNING', 'FINISHING', 'DONE']);
    expect(progress.at(-1)).toMatchObject({ tasks: { ENDED_SUCCESS: 4 } });
    expect(progress.some(({ tasks }) => 'ENDED_SUCCESS' in (tasks as object) && Object.keys(tasks as object).length > 1)).toBe(true);
  });

  test('is the empty query’s way, too', async () => {
    const { lines } = await server.lines('GET', '/datasets/shop/empty-query?stream=true&fresh=true');

    expect(lines.length).toBeGreaterThan(1);
    expect(lines.at(-1)).toMatchObject({ success: true, query: { matchingGroups: 32 } });
  });

  test('that fails once it runs ends with the error', async () => {
    const { status, lines } = await server.lines('POST', '/datasets/doomed/query?stream=true', '{}');

    expect(status).toBe(200);
    expect(lines.at(-1)).toMatchObject({ success: false, errorKind: 'TASK_FAILED' });
  });
});

describe('An asynchronous query', () => {
  async function untilAnswered(requestId: unknown) {
    for (;;) {
      const reply = await server.get(`/jobs/${String(requestId)}`);
      if (reply.status !== 202) return reply;
      expect(reply.body).toMatchObject({ success: true, requestId, status: 'RUNNING', progress: { tasks: expect.any(Object) as object } });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test('is accepted at once, and answered at its job', async () => {
    const accepted = await server.post('/datasets/slow/query?async=true&fresh=true', funnelQuery);
    expect(accepted).toMatchObject({ status: 202, body: { success: true, requestId: accepted.headers.get('x-request-id') } });
    expect((await server.get(`/jobs/${String(accepted.body.requestId)}`)).status).toBe(202);

    const reply = await untilAnswered(accepted.body.requestId);

    expect(reply).toMatchObject({ status: 200, body: { success: true, requestId: accepted.body.requestId, query: { matchingGroups: 16 } } });
    expect((await server.get(`/jobs/${String(accepted.body.requestId)}`)).body).toEqual(reply.body);
  });

  test('that fails has its error and status at its job', async () => {
    const accepted = await server.post('/datasets/doomed/query?async=true', {});

    expect(await untilAnswered(accepted.body.requestId)).toMatchObject({ status: 502, body: { errorKind: 'TASK_FAILED', requestId: accepted.body.requestId } });
  });

  test('cannot be streamed as well', async () => {
    expect(await server.post('/datasets/shop/query?async=true&stream=true', {})).toMatchObject({ status: 400, body: { errorKind: 'SCHEMA' } });
  });

  test('that nobody started is NOT_FOUND', async () => {
    expect(await server.get('/jobs/unknown')).toMatchObject({ status: 404, body: { errorKind: 'NOT_FOUND' } });
  });
});

describe('When a worker thread dies', () => {
  test('its task is tried again, and the answer is exact', async () => {
    const answer = await server.post('/datasets/fragile/query', funnelQuery);

    expect(answer).toMatchObject({ status: 200, body: { query: { matchingGroups: 16, matchingGroupRows: 40 }, stats: { invoker: { totalTasks: 5, failedTasks: 1, retries: 1 } } } });
  });

  test('each time, the query fails and names the part', async () => {
    const answer = await server.post('/datasets/doomed/query', {});

    expect(answer).toMatchObject({ status: 502, body: { errorKind: 'TASK_FAILED', errorMessage: expect.stringMatching(/part-2-dies-always.parquet.*thread died.*tried 3 times/) as string } });
  });

  test('by an error outside of its task, the query fails with that error, and the server lives', async () => {
    const answer = await server.post('/datasets/crashing/query', {});

    expect(answer).toMatchObject({ status: 502, body: { errorKind: 'TASK_FAILED', errorMessage: expect.stringMatching(/part-0-crashes.parquet.*thread died.*out of nowhere/) as string } });
    expect((await server.get('/datasets/shop/empty-query')).status).toBe(200);
  });
});

describe('A query that takes too long', () => {
  test('ends with TIMEOUT, and frees its threads', async () => {
    const hasty = await TestServer.start({ threadFile: bundle.file, roots: [root], workers: 1, settings: { jobTimeout: 1500 } });
    try {
      await hasty.register('hanging', path.join(root, 'hanging'));
      await hasty.register('shop', path.join(root, 'shop'));

      expect(await hasty.post('/datasets/hanging/query', {})).toMatchObject({ status: 504, body: { errorKind: 'TIMEOUT', errorMessage: expect.stringMatching(/^Not finished within 1\.5 seconds: 4 of 4 parts are missing/) as string } });
      // On a busy machine a new thread may take longer to start than a query may here: that query says so, and the next one finds it.
      await pRetry(async () => { expect((await hasty.post('/datasets/shop/query', {})).status).toBe(200); }, { retries: 5, minTimeout: 0 });
    } finally {
      await hasty.close();
    }
  });
});

describe('A client that goes away', () => {
  test.each(['', '?stream=true'])('ends its query%s, whose threads serve others', async (parameters) => {
    const client = new AbortController();
    const request = fetch(`${server.url}/datasets/hanging/query${parameters}`, { method: 'POST', body: '{}', signal: client.signal });
    const ended = parameters === '' ? request : request.then((response) => response.text());
    setTimeout(() => client.abort(), 300);
    await expect(ended).rejects.toThrow('abort');

    expect(await server.post('/datasets/shop/query', {})).toMatchObject({ status: 200 });
  });
});

describe('Closing the server', () => {
  test('lets a running query end', async () => {
    const closing = await TestServer.start({ threadFile: bundle.file, roots: [root] });
    await closing.register('slow', path.join(root, 'slow'));
    const answer = closing.post('/datasets/slow/query', {});
    await new Promise((resolve) => setTimeout(resolve, 100));

    await closing.close();

    expect(await answer).toMatchObject({ status: 200, body: { query: { matchingGroups: 32 } } });
    await expect(closing.get('/health')).rejects.toThrow();
  });
});
