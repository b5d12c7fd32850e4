import { rm } from 'node:fs/promises';
import path from 'node:path';
import { shopColumns, shopEvents, temporaryFolder, writePart } from '../worker/parquet-parts';
import { TestServer } from './test-server';
import { bundleThread } from './thread-bundle';
import type { ThreadBundle } from './thread-bundle';

let bundle: ThreadBundle;
let root: string;
let server: TestServer;

const folders = { shop: '', slow: '-dawdles', doomed: '-dies-always', hanging: '-hangs' };

beforeAll(async () => {
  bundle = await bundleThread('test/invoker/fragile-thread.ts');
  root = await temporaryFolder();
  for (const [folder, suffix] of Object.entries(folders)) {
    for (let part = 0; part < 2; part++) {
      await writePart(path.join(root, folder), `part-${part}${suffix}.parquet`, shopColumns(shopEvents(part)));
    }
  }
  server = await start();
});
afterAll(async () => {
  await server.close();
  await bundle.remove();
  await rm(root, { recursive: true });
});

async function start(options: Partial<Parameters<typeof TestServer.start>[0]> = {}): Promise<TestServer> {
  const started = await TestServer.start({ threadFile: bundle.file, roots: [root], ...options });
  for (const name of Object.keys(folders)) {
    expect(await started.register(name, path.join(root, name))).toMatchObject({ status: 200 });
  }
  return started;
}

/** A query that nobody asked before. */
let asked = 0;
const another = () => ({ query: { conditions: [{ filter: ['price', '>', 1] }], aggregations: [{ column: 'user', name: `q${asked++}` }] } });

/** The text of an answer, and apart from it what differs by request. */
async function answerOf(query: unknown, parameters = '') {
  const response = await fetch(`${server.url}/datasets/shop/query${parameters}`, { method: 'POST', body: JSON.stringify(query) });
  const text = await response.text();
  const [, content] = /^\{"success":true,"requestId":"[^"]*",(.*),"stats":/.exec(text) ?? [];
  return { content, ...(JSON.parse(text) as { requestId: string; stats: { answer: { from: string; computedAt: string }; cost: number; totalTime: number } }) };
}

/** The reply to an asynchronous query once it has its answer. */
async function jobOf(from: TestServer, requestId: unknown) {
  for (;;) {
    const reply = await from.get(`/jobs/${String(requestId)}`);
    if (reply.status !== 202) return reply;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function tasksRun(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return [...text.matchAll(/^frocket_tasks_total\{[^}]*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('The same query again', () => {
  test('is answered from the store, to the byte, and says so', async () => {
    const query = another();
    const first = await answerOf(query);
    const before = await tasksRun();
    const second = await answerOf(query);

    expect(first.stats.answer.from).toBe('job');
    expect(second.stats).toMatchObject({ cost: 0, answer: { from: 'stored', computedAt: first.stats.answer.computedAt }, worker: { scannedRows: 28 } });
    expect(second.content).toBe(first.content);
    expect(second.content).toContain('"matchingGroups"');
    expect(second.requestId).not.toBe(first.requestId);
    expect(await tasksRun()).toBe(before);
  });

  test('may be written otherwise', async () => {
    await answerOf({ query: { conditions: [{ filter: ['event', '==', 'cart'] }] } });
    const other = { query: { relation: '$a', conditions: [{ name: 'a', target: ['count', '>=', 1], filter: { value: 'cart', op: '==', column: 'event' } }] } };

    expect((await answerOf(other)).stats.answer.from).toBe('stored');
  });

  test('is answered from the store however it is asked', async () => {
    const query = another();
    const { content } = await answerOf(query);
    const { lines } = await server.lines('POST', '/datasets/shop/query?stream=true', JSON.stringify(query));
    const { body } = await server.post('/datasets/shop/query?async=true', query);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ ...(JSON.parse(`{${content}}`) as object), stats: { answer: { from: 'stored' } } });
    expect((await jobOf(server, body.requestId)).body).toMatchObject({ requestId: body.requestId, stats: { answer: { from: 'stored' } } });
  });

  test('is run anew on request, and its answer is the stored one from then on', async () => {
    const query = another();
    const first = await answerOf(query);
    const fresh = await answerOf(query, '?fresh=true');
    const third = await answerOf(query);

    expect(fresh.stats.answer.from).toBe('job');
    expect(fresh.content).toBe(first.content);
    expect(fresh.stats.answer.computedAt > first.stats.answer.computedAt).toBe(true);
    expect(third.stats.answer).toEqual({ from: 'stored', computedAt: fresh.stats.answer.computedAt });
    expect((await server.get('/datasets/shop/empty-query?fresh=true')).body).toMatchObject({ stats: { answer: { from: 'job' } } });
  });

  test('on a dataset that was registered anew is never answered as before', async () => {
    const folder = path.join(root, 'changing');
    await writePart(folder, 'part-0.parquet', shopColumns(shopEvents(0)));
    const groups = async () => (await server.post('/datasets/changing/query', {})).body;
    await server.register('changing', folder);
    expect(await groups()).toMatchObject({ query: { matchingGroups: 8 } });

    await writePart(folder, 'part-1.parquet', shopColumns(shopEvents(1)));
    await server.register('changing', folder);
    expect(await groups()).toMatchObject({ query: { matchingGroups: 16 }, stats: { answer: { from: 'job' } } });

    expect((await server.post('/datasets/changing/unregister?force=true')).status).toBe(200);
    expect((await server.post('/datasets/changing/query', {})).status).toBe(404);
    await rm(path.join(folder, 'part-0.parquet'));
    await server.register('changing', folder);
    expect(await groups()).toMatchObject({ query: { matchingGroups: 8 }, stats: { answer: { from: 'job' } } });
  });

  test('is not answered from the store once a file has changed under the dataset', async () => {
    await writePart(path.join(root, 'changing'), 'part-0.parquet', shopColumns(shopEvents(0)));
    await server.register('changing', path.join(root, 'changing'));
    const ask = () => server.post('/datasets/changing/query', {});
    await ask();
    expect(await ask()).toMatchObject({ status: 200, body: { stats: { answer: { from: 'stored' } } } });
    await writePart(path.join(root, 'changing'), 'part-0.parquet', shopColumns(shopEvents(1)));
    let reply = await ask();
    while (reply.status === 200) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      reply = await ask();
    }
    expect(reply).toMatchObject({ status: 502, body: { errorKind: 'TASK_FAILED' } });
    expect(JSON.stringify(reply.body)).toContain('has changed since it was registered');
  });

  test('is run each time where answers are not stored, or this one is too large', async () => {
    for (const settings of [{ storedAnswerTtl: 0 }, { storedAnswerMaxSize: 20 }]) {
      const forgetful = await start({ settings });
      try {
        for (let time = 0; time < 2; time++) {
          expect((await forgetful.post('/datasets/shop/query', {})).body).toMatchObject({ stats: { answer: { from: 'job' } } });
        }
      } finally {
        await forgetful.close();
      }
    }
  });
});

describe('The same query at the same time', () => {
  test('runs once for all who ask', async () => {
    const query = another();
    const before = await tasksRun();
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.post('/datasets/slow/query', query)));
    const origins = answers.map(({ body }) => (body.stats as { answer: { from: string } }).answer.from);

    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.query))).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.requestId)).size).toBe(12);
    expect(origins.sort()).toEqual(['job', ...Array<string>(11).fill('shared')]);
    expect(await tasksRun()).toBe(before + 2);
  });

  test('tells each its progress', async () => {
    const query = JSON.stringify(another());
    const streams = await Promise.all([1, 2].map(() => server.lines('POST', '/datasets/slow/query?stream=true', query)));

    for (const { lines } of streams) {
      expect(lines.length).toBeGreaterThan(2);
      expect(lines.at(-2)).toMatchObject({ stage: 'DONE', tasks: { ENDED_SUCCESS: 2 } });
      expect(lines.at(-1)).toMatchObject({ success: true });
    }
  });

  test('goes on while anybody waits for it, and ends with the last', async () => {
    const query = another();
    const leaving = new AbortController();
    const ask = (name: string, signal: AbortSignal) => fetch(`${server.url}/datasets/${name}/query`, { method: 'POST', body: JSON.stringify(query), signal });
    const first = ask('slow', leaving.signal).catch(() => 'left');
    const second = ask('slow', new AbortController().signal);
    setTimeout(() => leaving.abort(), 150);
    expect(await first).toBe('left');
    expect((await second).status).toBe(200);

    const allLeaving = new AbortController();
    const hanging = [1, 2].map(() => ask('hanging', allLeaving.signal).catch(() => 'left'));
    setTimeout(() => allLeaving.abort(), 150);
    expect(await Promise.all(hanging)).toEqual(['left', 'left']);
    // Both threads are free again.
    expect((await server.post('/datasets/shop/query', another())).status).toBe(200);
  });

  test('is not joined by one that asks for a fresh run', async () => {
    const query = another();
    const before = await tasksRun();
    const running = server.post('/datasets/slow/query', query);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const fresh = await server.post('/datasets/slow/query?fresh=true', query);

    expect((await running).body).toMatchObject({ stats: { answer: { from: 'job' } } });
    expect(fresh.body).toMatchObject({ stats: { answer: { from: 'job' } } });
    expect(await tasksRun()).toBe(before + 4);
  });

  test('that fails fails for each', async () => {
    const query = another();
    const answers = await Promise.all([1, 2, 3].map(() => server.post('/datasets/doomed/query', query)));

    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 502, body: { errorKind: 'TASK_FAILED' } });
    }
    expect(new Set(answers.map(({ body }) => body.requestId)).size).toBe(3);
  });
});

describe('Limits', () => {
  test('of the answer’s size', async () => {
    const limited = await start({ settings: { maxResultSize: 100 } });
    try {
      expect((await limited.post('/datasets/shop/query', {})).status).toBe(200);
      const top = { query: { aggregations: [{ column: 'user', type: 'countPerValue', top: 16 }] } };
      expect(await limited.post('/datasets/shop/query', top)).toMatchObject({
        status: 422,
        body: { errorKind: 'LIMIT', errorMessage: expect.stringMatching(/^The answer takes \d+ bytes of JSON, and at most 100 are allowed/) as string },
      });
    } finally {
      await limited.close();
    }
  });

  test('of a part’s result, naming the aggregation', async () => {
    const limited = await start({ settings: { maxPartialResultSize: 100 } });
    try {
      const aggregations = [{ column: 'event', type: 'count' }, { column: 'user', type: 'countPerValue' }];
      expect(await limited.post('/datasets/shop/query', { query: { aggregations } })).toMatchObject({
        status: 422,
        body: { errorKind: 'LIMIT', errorMessage: expect.stringMatching(/part-\d.parquet.*at most 100 are allowed.*countPerValue of "user"/) as string },
      });
    } finally {
      await limited.close();
    }
  });

  test('of jobs: so many run, so many wait, others are refused for now; stored answers are given all the same', async () => {
    const limited = await start({ settings: { maxConcurrentJobs: 1, maxWaitingJobs: 1 } });
    try {
      expect((await limited.post('/datasets/shop/query', {})).status).toBe(200);
      const running = await limited.post('/datasets/slow/query?async=true', another());
      const waiting = await limited.post('/datasets/slow/query?async=true', another());
      const refused = await limited.post('/datasets/slow/query', another());

      expect([running.status, waiting.status]).toEqual([202, 202]);
      expect(refused).toMatchObject({ status: 429, body: { errorKind: 'LIMIT', errorMessage: expect.stringMatching(/^Too much at once: 1 jobs run and 1 wait/) as string } });
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(await limited.post('/datasets/slow/query?async=true', another())).toMatchObject({ status: 429 });
      expect((await limited.post('/datasets/shop/query', {})).body).toMatchObject({ stats: { answer: { from: 'stored' } } });
      for (const { body } of [running, waiting]) {
        expect((await jobOf(limited, body.requestId)).status).toBe(200);
      }
    } finally {
      await limited.close();
    }
  });

  test('hold fifty queries at once by default, each another', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.post('/datasets/shop/query', another())));

    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    for (const { body } of answers) expect(body).toMatchObject({ query: { matchingGroups: 8 }, stats: { answer: { from: 'job' } } });
  });
});

describe('A server that closes', () => {
  test('lets what runs end, and tells what waits', async () => {
    const closing = await start({ settings: { maxConcurrentJobs: 1 } });
    // The first line of a stream comes once its query is launched, or waits.
    const stream = async () => {
      const response = await fetch(`${closing.url}/datasets/slow/query?stream=true`, { method: 'POST', body: JSON.stringify(another()) });
      return { last: response.text().then((text) => JSON.parse(text.trim().split('\n').at(-1) ?? '') as unknown) };
    };
    const running = await stream();
    const waiting = await stream();
    await closing.close();

    expect(await running.last).toMatchObject({ success: true });
    expect(await waiting.last).toMatchObject({ errorKind: 'TASK_FAILED', errorMessage: 'The server is shutting down; send it again once it is back.' });
  });

  test('tells those whose query does not end in time', async () => {
    const closing = await start({ shutdownPatience: 300 });
    const hanging = closing.post('/datasets/hanging/query', {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    await closing.close();

    expect(await hanging).toMatchObject({ status: 503, body: { errorKind: 'TASK_FAILED' } });
  });
});
