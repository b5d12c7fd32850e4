import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createApp } from '../../lambda/invoker/app';
import { refuseForeignPages } from '../../lambda/invoker/browser-guard';
import { DatastoreUnavailableError } from '../../lambda/datastore/errors';
import { AsyncJobs } from '../../lambda/invoker/async-jobs';
import { ErrorReporter } from '../../lambda/invoker/error-reporter';
import { Metrics } from '../../lambda/invoker/metrics';
import type { ServedService } from '../../lambda/invoker/handlers';
import { readSettings } from '../../lambda/invoker/settings';

/** A service that fails in a way nobody foresaw. */
function failingApp(error = new Error('password of the datastore: hunter2')) {
  const log: string[] = [];
  const logger = pino(new Writable({ write: (chunk: Buffer, _, done) => (log.push(chunk.toString()), done()) }));
  const fail = () => Promise.reject(error);
  const service: ServedService = { register: fail, list: fail, schema: fail, fullSchema: fail, querySchema: fail, parts: fail, query: fail, answer: fail, unregister: fail };
  const metrics = new Metrics();
  const errors = new ErrorReporter(metrics, logger);
  const settings = readSettings({});
  const jobs = { create: fail, replace: fail, finish: fail, get: fail };
  const asyncJobs = new AsyncJobs({ jobs, settings, logger, errors });
  return { app: createApp({ service, asyncJobs, settings, metrics, errors, logger, shutdown: new AbortController().signal, guard: refuseForeignPages }), log };
}

const headers = { host: 'localhost' };

test('What goes wrong inside is in the log under the request ID, and not in the answer', async () => {
  const { app, log } = failingApp();

  for (const [method, url] of [['GET', '/datasets'], ['GET', '/jobs/any'], ['POST', '/datasets/shop/query'], ['POST', '/datasets/shop/query?stream=true'], ['POST', '/datasets/shop/query?async=true']]) {
    const response = await app.request(url, { method, headers, ...(method === 'POST' && { body: '{}' }) });
    const text = await response.text();
    const body = JSON.parse(text) as { requestId: string };

    expect(response.status).toBe(500);
    expect(body).toMatchObject({ success: false, errorKind: 'INTERNAL' });
    expect(text).not.toContain('hunter2');
    expect(log.filter((line) => line.includes('hunter2') && line.includes(body.requestId))).toHaveLength(1);
  }
});

test('A datastore that is away is named, and the request may come again', async () => {
  const { app, log } = failingApp(new DatastoreUnavailableError('Redis at redis://10.0.0.7:6379 does not do as asked: it cannot be reached'));
  const response = await app.request('/datasets/shop/query', { method: 'POST', headers, body: '{}' });

  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await response.json()).toMatchObject({
    success: false,
    errorKind: 'INTERNAL',
    errorMessage: 'The datastore cannot be used now; send the request again in a moment. Redis at redis://10.0.0.7:6379 does not do as asked: it cannot be reached',
  });
  expect(log.join()).toContain('cannot be reached');
});
