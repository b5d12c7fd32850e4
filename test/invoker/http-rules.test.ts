import { rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { PortInUseError, startServer } from '../../lambda/invoker/server';
import { routes } from '../../lambda/invoker/routes';
import type { Route } from '../../lambda/invoker/routes';
import { shopColumns, shopEvents, temporaryFolder, writePart } from '../worker/parquet-parts';
import { TestServer } from './test-server';
import { bundleThread } from './thread-bundle';
import type { ThreadBundle } from './thread-bundle';

let bundle: ThreadBundle;
let root: string;
let server: TestServer;
const log: string[] = [];

beforeAll(async () => {
  bundle = await bundleThread('lambda/worker/thread.ts');
  root = await temporaryFolder();
  await writePart(path.join(root, 'shop'), 'part.parquet', shopColumns(shopEvents(0)));
  const sink = new Writable({ write: (chunk: Buffer, _, done) => (log.push(chunk.toString()), done()) });
  server = await TestServer.start({ threadFile: bundle.file, roots: [root], settings: { maxBodySize: 1000 }, logger: pino(sink) });
  await server.register('shop', path.join(root, 'shop'));
});
afterAll(async () => {
  await server.close();
  await bundle.remove();
  await rm(root, { recursive: true });
});

/** A request whose headers `fetch` would not send. */
function rawRequest(method: string, pathname: string, headers: Record<string, string>, body = ''): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    const request = httpRequest({ host: '127.0.0.1', port, method, path: pathname, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('Requests that fit no route', () => {
  test('are NOT_FOUND in the shape of an error', async () => {
    for (const pathname of ['/', '/nothing', '/datasets/shop', '/datasets/shop/schema/', '/datasets//schema', '/jobs/']) {
      expect(await server.get(pathname)).toMatchObject({ status: 404, body: { success: false, errorKind: 'NOT_FOUND', requestId: expect.any(String) as string } });
    }
  });

  test('by another method are told the right one', async () => {
    const answer = await server.get('/datasets/shop/query');

    expect(answer).toMatchObject({ status: 405, body: { success: false, errorMessage: 'GET is not possible here; use POST.' } });
    expect(answer.headers.get('allow')).toBe('POST');
    expect((await server.request('DELETE', '/datasets')).status).toBe(405);
    expect((await server.post('/datasets/shop/schema')).status).toBe(405);
  });
});

describe('Query parameters', () => {
  test.each(['/datasets?full=true', '/datasets/shop/schema?ful=true', '/datasets/shop/schema?full=yes', '/datasets/shop/schema?full=', '/datasets/shop/schema?full', '/datasets/shop/schema?full=true&full=false', '/datasets/shop/empty-query?async=true', '/health?x=1'])(
    'that are not as documented are refused: %s',
    async (url) => {
      expect(await server.get(url)).toMatchObject({ status: 400, body: { errorKind: 'SCHEMA' } });
    },
  );

  test('are named in the error, with what would be right', async () => {
    expect((await server.get('/datasets/shop/schema?ful=true')).body.errorMessage).toBe("Unknown query parameter 'ful'; this route takes full.");
    expect((await server.post('/datasets/shop/query?stream=yes', {})).body.errorMessage).toBe("The query parameter 'stream' is 'yes'; it takes true or false.");
  });

  test('may be Python’s True', async () => {
    expect(await server.get('/datasets/shop/schema?full=True')).toMatchObject({ status: 200, body: { groupIdColumn: 'user' } });
  });
});

describe('A request’s body', () => {
  const large = JSON.stringify({ query: { conditions: [{ filter: ['event', '==', 'x'.repeat(2000)] }] } });

  test('over the limit is refused, with its length told or not', async () => {
    const chunked = { method: 'POST', body: new Blob([large]).stream(), duplex: 'half' as const };

    for (const answer of [await server.post('/datasets/shop/query', large), await server.request('POST', '/datasets/shop/query', chunked)]) {
      expect(answer).toMatchObject({ status: 413, body: { errorKind: 'LIMIT', errorMessage: "The request's body is larger than 1000 bytes." } });
    }
  });

  test('may come in chunks', async () => {
    const chunked = { method: 'POST', body: new Blob(['{"query":', '{}}']).stream(), duplex: 'half' as const };

    expect(await server.request('POST', '/datasets/shop/query', chunked)).toMatchObject({ status: 200 });
  });

  test('that is not UTF-8 is refused, not read with its letters replaced', async () => {
    const latin1 = Buffer.from('{"query":{"conditions":[{"filter":["event","==","caf\u00e9"]}]}}', 'latin1');

    expect(await server.request('POST', '/datasets/shop/query', { body: latin1 })).toMatchObject({
      status: 400,
      body: { errorKind: 'SCHEMA', errorMessage: "The request's body is not UTF-8 text." },
    });
  });

  test('whose client goes away while it sends it is no error of the server', async () => {
    const { port } = new URL(server.url);
    const logged = log.length;
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('POST /datasets/shop/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"query"');
    await setTimeout(50);
    socket.destroy();
    while (!log.slice(logged).join('').includes('"msg":"Request"')) await setTimeout(5);

    expect(log.slice(logged).join('')).toContain('The client went away');
    expect(log.slice(logged).join('')).not.toContain('Internal error');
  });
});

describe('Web pages of others', () => {
  test.each(['evil.example', 'evil.example:5000', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0'])('that resolve their host %p to this machine are refused', async (host) => {
    const answer = await rawRequest('GET', '/datasets', { host });

    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain('shop');
  });

  test.each(['localhost', 'LOCALHOST:1234', '127.0.0.1', '[::1]:80'])('are told from the host %p', async (host) => {
    expect((await rawRequest('GET', '/datasets', { host })).status).toBe(200);
  });

  test.each(['https://evil.example', 'http://localhost:1', 'null'])('of the origin %p may not write', async (origin) => {
    expect(await rawRequest('POST', '/datasets/shop/unregister?force=true', { host: 'localhost:9', origin })).toMatchObject({ status: 403 });
    expect((await server.get('/datasets/shop/schema')).status).toBe(200);
  });

  test('are told from a page of this server', async () => {
    const { host } = new URL(server.url);

    expect((await rawRequest('POST', '/datasets/shop/query', { host, origin: server.url, 'content-length': '2' }, '{}')).status).toBe(200);
  });
});

describe('Operation', () => {
  test('health says that the server is up', async () => {
    expect(await server.get('/health')).toMatchObject({ status: 200, body: { success: true, status: 'OK' } });
  });

  test('metrics count requests by route, tasks, errors and time', async () => {
    await server.post('/datasets/shop/query', {});
    await server.post('/datasets/shop/query', '{');
    const response = await fetch(`${server.url}/metrics`);
    const text = await response.text();

    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/frocket_http_requests_total\{method="POST",route="\/datasets\/:name\/query",status="200"\} \d+/);
    expect(text).toMatch(/frocket_http_request_duration_seconds_count\{method="POST",route="\/datasets\/:name\/query"\} \d+/);
    expect(text).toMatch(/frocket_tasks_total\{status="ENDED_SUCCESS"\} [1-9]/);
    expect(text).toMatch(/frocket_errors_total\{kind="SCHEMA"\} [1-9]/);
    expect(text).not.toContain('/datasets/shop');
  });

  test('a port in use is named', async () => {
    const dataDirectory = await temporaryFolder();
    const port = Number(new URL(server.url).port);

    const second = startServer({ port, dataDirectory, roots: [], threadFile: bundle.file, logger: pino({ level: 'silent' }) });

    await expect(second).rejects.toThrow(PortInUseError);
    await expect(second).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
    await rm(dataDirectory, { recursive: true });
  });
});

describe('The OpenAPI document', () => {
  test('describes every route, its parameters, body, answers and errors', async () => {
    const document = (await server.get('/openapi.json')).body as {
      openapi: string;
      paths: Record<string, Record<string, { parameters: { name: string; in: string }[]; requestBody?: object; responses: Record<string, unknown> }>>;
    };

    expect(document.openapi).toBe('3.1.0');
    for (const route of Object.values<Route>(routes)) {
      const operation = document.paths[route.path][route.method];
      expect(operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)).toEqual(Object.keys(route.flags));
      expect('requestBody' in operation).toBe(route.body !== null);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining([...Object.keys(route.answers), '400', '500']));
    }
    expect(Object.keys(document.paths['/datasets/{name}/query'].post.responses)).toEqual(['200', '202', '400', '403', '404', '413', '422', '429', '500', '502', '503', '504']);
  });

  test('refers only to what it holds', async () => {
    const document = (await server.get('/openapi.json')).body;
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    const resolve = (reference: string) =>
      reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined), document);

    expect(references.length).toBeGreaterThan(10);
    for (const reference of new Set(references)) expect([reference, typeof resolve(reference)]).toEqual([reference, 'object']);
  });

  test('describes the answers as they are', async () => {
    const document = (await server.get('/openapi.json')).body as { components: { schemas: Record<string, object> } };
    const { Ajv2020 } = await import('ajv/dist/2020');
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ ...document, $id: 'openapi.json' });
    const check = (schema: string, body: unknown) => {
      const valid = ajv.validate({ $ref: `openapi.json#/components/schemas/${schema}` }, body);
      expect([schema, valid, ajv.errors]).toEqual([schema, true, null]);
    };

    check('RegisterResponse', (await server.register('described', path.join(root, 'shop'))).body);
    check('DatasetList', (await server.get('/datasets')).body);
    check('ShortSchema', (await server.get('/datasets/shop/schema')).body);
    check('FullSchema', (await server.get('/datasets/shop/schema?full=true')).body);
    check('Parts', (await server.get('/datasets/shop/parts')).body);
    const funnel = { funnel: { sequence: [{ filter: ['event', '==', 'view'] }], stepAggregations: [{ column: 'event' }] } };
    check('Query', funnel);
    check('QueryResponse', (await server.post('/datasets/shop/query', funnel)).body);
    check('Error', (await server.post('/datasets/shop/query', '{')).body);
    check('Accepted', (await server.post('/datasets/shop/query?async=true', {})).body);
    check('Health', (await server.get('/health')).body);
    for (const line of (await server.lines('GET', '/datasets/shop/empty-query?stream=true')).lines.slice(0, -1)) check('Progress', line);
    check('UnregisterResponse', (await server.post('/datasets/described/unregister?force=true')).body);
  });
});
