import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describeLambda } from '../harness/describe-lambda';
import type { Fault } from '../harness/invoke-api';
import { LocalCloud } from '../harness/local-cloud';
import { nativeAddons } from '../harness/sandbox';
import { signedFetch } from '../harness/signed-fetch';
import { synthesize } from '../harness/synthesize';
import { describeS3 } from '../storage/describe-s3';
import { startS3Server } from '../storage/s3-server';
import { shopFolder, temporaryFolder } from '../worker/parquet-parts';
import { ServerProcess } from './server-process';

const repository = path.resolve(__dirname, '../..');
const parts = 6;
/** With what URLs and hash keys may stumble over. */
const name = 'shop é/1 %2F?';
const dataset = `/datasets/${encodeURIComponent(name)}`;

const queries = {
  'one condition': { query: { conditions: [{ filter: ['event', '==', 'buy'] }], aggregations: [{ column: 'price', type: 'count' }] } },
  'conditions in relation, per-value aggregations': {
    query: {
      relation: '$0 and $1',
      conditions: [{ filter: ['event', '==', 'cart'] }, { filter: ['price', '>', 1], target: { type: 'sum', column: 'price', op: '>=', value: 2 } }],
      aggregations: [{ column: 'event', type: 'groupsPerValue' }, { column: 'event', type: 'sumPerValue', otherColumn: 'price' }],
    },
  },
  'a funnel': {
    funnel: { sequence: [{ filter: ['event', '==', 'view'] }, { filter: ['event', '==', 'cart'] }, { filter: ['event', '==', 'buy'] }], stepAggregations: [{ column: 'event', type: 'groupsPerValue' }], endAggregations: [{ column: 'event' }] },
  },
  'a timeframe': { timeframe: { from: 3_000, to: 20_000 }, query: { conditions: [{ filter: ['event', '!=', 'view'], target: ['count', '>=', 2] }] } },
};

interface Answer {
  readonly stats: { readonly invoker: { readonly totalTasks: number; readonly retries: number }; readonly worker: { readonly warmTasks: number } };
}

/** No task is taken for lost, however slow this machine is. */
const patient = { FROCKET_TASK_RETRY_LOST_INTERVAL: '50' };

/** Both what is needed for functions and for datasets. */
const describeCloud = (title: string, tests: () => void) => describeLambda(title, () => describeS3(title, tests));

describeCloud('The built functions behind their API', () => {
  // A query ends after a minute at the latest, by itself.
  jest.setTimeout(90_000);
  let folder: string;
  let events: string;
  let dataDirectory: string;
  let cloud: LocalCloud;
  let laptop: ServerProcess;
  let basepath: string;

  const get = (route: string) => signedFetch(`${cloud.url}${route}`, cloud.caller.credentials);
  const post = (route: string, body: unknown = {}) => signedFetch(`${cloud.url}${route}`, cloud.caller.credentials, { method: 'POST', body });
  /** Runs a query, whatever answer is stored. */
  const run = (query: object) => post(`${dataset}/query?fresh=true`, query);
  const lines = async (response: Response) => (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const registration = () => ({ name, basepath, groupIdColumn: 'user', timestampColumn: 'time' });
  const worker = () => cloud.resident('WorkerFunctionName');
  const invoker = () => cloud.resident('InvokerFunctionName');

  beforeAll(async () => {
    const server = startS3Server();
    [folder, events, dataDirectory] = [await mkdtemp(path.join(tmpdir(), 'frocket-assembly-')), await shopFolder(parts), await temporaryFolder()];
    const starting = ServerProcess.start(dataDirectory, events);
    cloud = await LocalCloud.start(synthesize('e2e', { keepData: false, datasets: { ownBucket: true } }, folder), server);
    laptop = await starting;
    const bucket = cloud.output('DatasetBucketName');
    basepath = `s3://${bucket}/lake/shop`;
    for (const filename of await readdir(events)) {
      await cloud.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `lake/shop/${filename}`, Body: await readFile(path.join(events, filename)) }));
    }
  }, 240_000);

  afterAll(async () => {
    await laptop.end('SIGKILL');
    await cloud.close();
    await Promise.all([folder, events, dataDirectory].map((path) => rm(path, { recursive: true, force: true })));
  }, 60_000);

  describe('the main job', () => {
    test('a dataset is registered from S3, with progress', async () => {
      const [first, ...rest] = await lines(await post('/datasets/register?stream=true', registration()));
      const local = await laptop.post('/datasets/register', { ...registration(), basepath: events });

      expect(first).toMatchObject({ stage: expect.any(String) as string });
      expect(rest.at(-1)).toMatchObject({ success: true, dataset: { id: { name }, basepath, totalParts: parts, groupIdColumn: 'user', timestampColumn: 'time' } });
      expect(local).toMatchObject({ success: true });
    });

    test.each(['/schema', '/schema?full=true', '/query-schema'])('%s is that of the same files on a laptop', async (route) => {
      const response = await get(`${dataset}${route}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/json/);
      expect(await response.json()).toEqual(await laptop.get(`${dataset}${route}`));
    });

    test('it is listed, with its parts', async () => {
      expect(await (await get('/datasets')).json()).toMatchObject([{ id: { name }, basepath, totalParts: parts }]);
      expect(await (await get(`${dataset}/parts`)).json()).toEqual(await laptop.get(`${dataset}/parts`));
    });

    test.each(Object.entries(queries))('%s is answered as on a laptop', async (_, query) => {
      const local = (await laptop.post(`${dataset}/query`, query)) as Record<string, unknown>;
      const response = await post(`${dataset}/query`, query);
      expect(response.status).toBe(200);
      const answer = (await response.json()) as Record<string, unknown>;
      expect(answer).toMatchObject({ success: true, stats: { invoker: { totalTasks: parts } } });
      expect({ query: answer.query, funnel: answer.funnel }).toEqual({ query: local.query, funnel: local.funnel });
    });

    test('a query run ahead by a schedule has its answer kept', async () => {
      const event = { prebake: { name: 'default-view', dataset: name, query: queries['a funnel'] } };
      const { error, body } = await cloud.lambda.invoke(invoker().definition.name, Buffer.from(JSON.stringify(event)));
      expect({ error, body: JSON.parse(body.toString()) as unknown }).toEqual({ error: null, body: { prebaked: 'prebaked-default-view' } });

      const response = await get('/jobs/prebaked-default-view');
      const local = (await laptop.post(`${dataset}/query`, queries['a funnel'])) as Record<string, unknown>;
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ success: true, query: local.query, funnel: local.funnel });
    });

    test('progress arrives while the work goes on', async () => {
      const release = worker().s3.hold();
      const response = await post(`${dataset}/query?stream=true`, { query: { conditions: [{ filter: ['event', '==', 'view'] }] } });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const { value: first } = await reader.read();
      // No worker has read anything yet.
      expect(JSON.parse(Buffer.from(first ?? []).toString().split('\n')[0])).toMatchObject({ stage: expect.any(String) as string });
      release();
      let text = '';
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        text += Buffer.from(read.value).toString();
      }
      expect(JSON.parse(text.trim().split('\n').at(-1) ?? '')).toMatchObject({ success: true, query: { matchingGroups: 8 * parts } });
    });

    test('an asynchronous query is answered later, though the function that took it is frozen meanwhile', async () => {
      const accepted = await post(`${dataset}/query?async=true`, queries['one condition']);
      expect(accepted.status).toBe(202);
      const { requestId } = (await accepted.json()) as { requestId: string };
      let answer = await get(`/jobs/${requestId}`);
      while (answer.status === 202) {
        await sleep(100);
        answer = await get(`/jobs/${requestId}`);
      }
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ query: { matchingGroups: 2 * parts } });
    });

    test('the command line asks the API, signed', async () => {
      const { accessKeyId, secretAccessKey, sessionToken = '' } = cloud.caller.credentials;
      const { stdout } = await promisify(execFile)(process.execPath, ['scripts/frocket.mjs', 'list', '--json', '--api', cloud.url, '--sign', 'eu-west-1'], {
        cwd: repository,
        env: { ...process.env, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken },
      });
      expect(JSON.parse(stdout)).toMatchObject([{ id: { name } }]);
    });
  });

  describe('errors', () => {
    test.each([
      ['a dataset that is not there', 404, '/datasets/nothing/query', {}, { success: false, errorKind: 'NOT_FOUND' }],
      ['a query that is wrong', 400, `${dataset}/query`, { query: { conditions: [{ filter: ['nothing', '==', 1] }] } }, { success: false, errorMessage: expect.stringContaining('nothing') as string }],
      ['a body that the gateway refuses', 400, `${dataset}/query`, '[1]', { message: 'Invalid request body' }],
      ['a bucket that is not for datasets', 400, '/datasets/register', { name: 'other', basepath: 's3://somebody-else/x', groupIdColumn: 'user', timestampColumn: 'time' }, { success: false }],
      ['a prefix without files', 400, '/datasets/register', { name: 'other', basepath: 'BASEPATH-nothing', groupIdColumn: 'user', timestampColumn: 'time' }, { success: false }],
      ['a column that is not there', 400, '/datasets/register', { name: 'other', basepath: 'BASEPATH', groupIdColumn: 'nobody', timestampColumn: 'time' }, { success: false, errorMessage: expect.stringContaining('nobody') as string }],
    ])('%s: %i', async (_, status, route, body, answer) => {
      const response = await post(route, typeof body === 'string' ? body : JSON.stringify(body).replace('BASEPATH', basepath));
      expect({ status: response.status, answer: (await response.json()) }).toMatchObject({ status, answer });
    });

    test('without a signature, with another one, or beside the routes, nothing gets through', async () => {
      expect((await fetch(`${cloud.url}/datasets`)).status).toBe(403);
      expect((await signedFetch(`${cloud.url}/datasets`, { ...cloud.caller.credentials, secretAccessKey: 'wrong' })).status).toBe(403);
      expect((await get('/metrics')).status).toBe(403);
    });
  });

  describe('faults', () => {
    const originals = () => ({ worker: worker().definition, invoker: invoker().definition });
    afterEach(async () => {
      const { worker: workerDefinition, invoker: invokerDefinition } = originals();
      await cloud.lambda.settled();
      await cloud.lambda.update(workerDefinition.name, workerDefinition);
      await cloud.lambda.update(invokerDefinition.name, invokerDefinition);
    });

    const answerOf = async (response: Response) => ({ status: response.status, body: (await response.json()) as Answer });
    const exact = { status: 200, body: { success: true, query: { matchingGroups: 2 * parts } } };
    const letters = () => cloud.lambda.deadLetters(originals().worker.asynchronous.onFailure ?? '');
    const setInvoker = (change: Record<string, string>) => {
      const { name: invokerName, environment } = originals().invoker;
      return cloud.lambda.update(invokerName, { environment: { ...environment, ...change } });
    };

    test('workers killed at their timeout: each lost task is a dead letter, and others run it', async () => {
      const { name: workerName } = originals().worker;
      await cloud.lambda.update(workerName, { timeoutSeconds: 2 });
      await setInvoker({ FROCKET_TASK_RETRY_LOST_INTERVAL: '4' });
      const before = letters().length;
      const release = worker().s3.hold();
      const response = run(queries['one condition']);
      while (letters().length < before + parts) await sleep(50);
      release();
      const answer = await answerOf(await response);
      await cloud.lambda.settled();

      expect(answer).toMatchObject(exact);
      expect(answer.body.stats.invoker.retries).toBeGreaterThanOrEqual(parts);
      letters().slice(before).forEach((letter) => expect(letter).toMatchObject({ functionName: workerName, attempts: 1, outcome: { error: { errorType: 'Sandbox.Timedout' } } }));
    });

    test('workers that never end: the query ends at its own time', async () => {
      await setInvoker({ FROCKET_INVOKER_RUN_TIMEOUT: '4', FROCKET_TASK_RETRY_LOST_INTERVAL: '1' });
      const release = worker().s3.hold();
      const response = await run(queries['one condition']);
      release();
      expect(response.status).toBe(504);
      expect(await response.json()).toMatchObject({ success: false, errorKind: 'TIMEOUT' });
    });

    test('invocations that Lambda accepts and loses are made anew', async () => {
      await setInvoker({ FROCKET_TASK_RETRY_LOST_INTERVAL: '2' });
      invoker().invokeApi.faults.push(...Array<Fault>(parts - 1).fill('lost'));
      const answer = await answerOf(await run(queries['one condition']));
      expect(answer).toMatchObject(exact);
      expect(answer.body.stats.invoker.retries).toBeGreaterThan(0);
    });

    test('invocations that Lambda refuses for now are made later, and are no retries of tasks', async () => {
      await setInvoker(patient);
      const { faults } = invoker().invokeApi;
      faults.push(...Array<Fault>(2 * parts).fill('throttled'), ...Array<Fault>(parts).fill('broken'));
      const answer = await answerOf(await run(queries['one condition']));
      expect(faults).toEqual([]);
      expect(answer).toMatchObject(exact);
      expect(answer.body.stats.invoker).toMatchObject({ totalTasks: parts, retries: 0 });
    });

    test('invocations that Lambda delivers twice do nothing the second time', async () => {
      await setInvoker(patient);
      const before = letters().length;
      invoker().invokeApi.faults.push(...Array<Fault>(parts).fill('duplicated'));
      const answer = await answerOf(await run(queries['one condition']));
      await cloud.lambda.settled();
      expect(answer).toMatchObject(exact);
      expect(answer.body.stats.invoker).toMatchObject({ totalTasks: parts, retries: 0 });
      expect(letters()).toHaveLength(before);
    });

    test('more parts than workers may run at once are done in waves', async () => {
      const { name: workerName } = originals().worker;
      await cloud.lambda.settled();
      await cloud.lambda.update(workerName, { reservedConcurrency: 2 });
      await setInvoker(patient);
      const before = letters().length;
      const answer = await answerOf(await run(queries['one condition']));
      await cloud.lambda.settled();
      expect(answer).toMatchObject(exact);
      expect(answer.body.stats.invoker).toMatchObject({ totalTasks: parts, retries: 0 });
      expect(answer.body.stats.worker.warmTasks).toBeGreaterThanOrEqual(parts - 2);
      expect(letters()).toHaveLength(before);
    });

    test('tasks are tried again where S3 broke off, and the query is answered', async () => {
      // As many as all first attempts make, the SDK asking three times in each: some task at least has none that succeeds.
      worker().s3.failures = 3 * parts;
      const answer = (await (await run(queries['one condition'])).json()) as object;
      expect(answer).toMatchObject({ success: true, query: { matchingGroups: 2 * parts }, stats: { invoker: { retries: expect.any(Number) as number } } });
      expect((answer as { stats: { invoker: { retries: number } } }).stats.invoker.retries).toBeGreaterThan(0);
    });

    test('where S3 keeps breaking off, the query fails, naming a file', async () => {
      worker().s3.failures = Number.POSITIVE_INFINITY;
      const response = await run(queries['one condition']);
      worker().s3.failures = 0;
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ success: false, errorMessage: expect.stringContaining(`${basepath}/part-`) as string });
    });

    test.each([
      ['without its layer', { layers: [] }],
      ['with another handler', { handler: 'index.other' }],
      ['without a variable', { environment: {} }],
    ])('an invoker %s answers nothing', async (_, change) => {
      await cloud.lambda.update(invoker().definition.name, change);
      expect((await get('/datasets')).status).toBeGreaterThanOrEqual(500);
    });

    test('a task that is too old is refused, without a look at datastore or data', async () => {
      const [signIns, reads] = [cloud.datastore.proxy.signIns.length, worker().s3.requests.length];
      const outcome = await cloud.lambda.invoke(worker().definition.name, Buffer.from(JSON.stringify({ requestId: 'old', launchedAt: Date.now() - 3_600_000 })));
      expect(outcome).toMatchObject({ error: null, log: expect.stringContaining('too old') as string });
      expect([cloud.datastore.proxy.signIns.length, worker().s3.requests.length]).toEqual([signIns, reads]);
    });
  });

  describe('between requests', () => {
    test('frozen functions keep their connections', async () => {
      await get('/datasets');
      const { connections } = cloud.datastore.proxy;
      await sleep(3_000);
      expect((await get('/datasets')).status).toBe(200);
      expect(cloud.datastore.proxy.connections).toBe(connections);
    });

    test('they connect and sign in anew where the datastore has cut them off meanwhile', async () => {
      await run(queries['one condition']);
      const signIns = cloud.datastore.proxy.signIns.length;
      cloud.datastore.proxy.cut();
      const response = await run(queries['one condition']);
      expect(await response.json()).toMatchObject({ success: true, query: { matchingGroups: 2 * parts } });
      expect(cloud.datastore.proxy.signIns.length).toBeGreaterThan(signIns);
    });
  });

  describe('what it takes', () => {
    test('roles suffice for what functions do, and every sign-in was right', () => {
      [worker(), invoker()].forEach(({ s3 }) => expect(s3.requests.filter(({ isAllowed }) => !isAllowed)).toEqual([]));
      expect(worker().s3.requests.length).toBeGreaterThan(0);
      expect(cloud.datastore.proxy.signIns.filter(({ refusal }) => refusal !== null)).toEqual([]);
      expect(new Set(cloud.datastore.proxy.signIns.map(({ user }) => user))).toEqual(new Set([worker(), invoker()].map(({ definition }) => definition.environment.FROCKET_DATASTORE_USER)));
    });

    test('the layer has no native parts, which would have to be for the functions’ architecture', () => {
      [worker(), invoker()].forEach(({ definition }) => {
        expect(definition).toMatchObject({ architecture: 'arm64', runtime: 'nodejs24.x' });
        expect([definition.code, ...definition.layers].flatMap(nativeAddons)).toEqual([]);
      });
    });

    test('no secret is logged', () => {
      const { secretAccessKey, sessionToken = '' } = cloud.credentials;
      const passwords = cloud.datastore.proxy.signIns.map(({ password }) => password);
      expect(passwords.length).toBeGreaterThan(0);
      const logs = cloud.logs();
      expect(logs).toContain('Task ended');
      [secretAccessKey, sessionToken, ...passwords, 'X-Amz-Signature'].forEach((secret) => expect(logs.includes(secret)).toBe(false));
    });
  });

  test('unregistered, it is gone; its files are not', async () => {
    expect(await (await post(`${dataset}/unregister?force=true`)).json()).toMatchObject({ success: true });
    expect((await get(`${dataset}/schema`)).status).toBe(404);
    const again = await post('/datasets/register', registration());
    expect(await again.json()).toMatchObject({ success: true });
  });
});
