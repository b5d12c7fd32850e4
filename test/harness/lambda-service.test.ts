import { setTimeout as sleep } from 'node:timers/promises';
import { describeLambda } from './describe-lambda';
import type { Outcome } from './execution-environment';
import { fixtureFunction } from './fixture-functions';
import type { FunctionDefinition } from './function-definition';
import { LambdaService } from './lambda-service';
import { canMount, Sandbox } from './sandbox';

const queue = 'arn:aws:sqs:eu-west-1:111122223333:dead';

describeLambda('Lambda as the harness runs it', () => {
  let sandbox: Sandbox;
  let lambda: LambdaService;
  beforeAll(() => {
    sandbox = new Sandbox();
    lambda = new LambdaService(sandbox, { surroundings: { hosts: { 'cache.example': '127.0.0.9' }, certificates: null }, variables: () => ({ AWS_REGION: 'eu-west-1' }), retryDelay: 1 });
  });
  afterAll(async () => {
    await lambda.close();
    sandbox.close();
  });

  function define(handler: string, change: Partial<FunctionDefinition> = {}): string {
    const definition = fixtureFunction(handler, change);
    lambda.add(definition);
    return definition.name;
  }
  const invoke = (name: string, event: unknown = {}) => lambda.invoke(name, Buffer.from(JSON.stringify(event)));
  const invokeLater = (name: string, event: unknown = {}) => lambda.invokeLater(name, Buffer.from(JSON.stringify(event)));
  const answer = ({ body, error }: Outcome): unknown => {
    expect(error).toBeNull();
    return JSON.parse(body.toString());
  };

  describe('an environment', () => {
    test('is kept for later events, one at a time, and another is made beside it', async () => {
      const name = define('index.echo');
      const first = await invoke(name, { greeting: 'größe 😀' });
      expect(answer(first)).toEqual({ event: { greeting: 'größe 😀' }, events: 1 });
      expect(first.isCold).toBe(true);
      expect(answer(await invoke(name))).toMatchObject({ events: 2 });
      const both = await Promise.all([invoke(name), invoke(name)]);
      expect(both.map((outcome) => (answer(outcome) as { events: number }).events).sort()).toEqual([1, 3]);
    });

    test('is frozen between events', async () => {
      const name = define('index.leftovers');
      const { ticks: before } = answer(await invoke(name)) as { ticks: number };
      await sleep(500);
      const { ticks: after } = answer(await invoke(name)) as { ticks: number };
      expect(after - before).toBeLessThan(10);
    });

    test('is killed at the timeout, and replaced', async () => {
      const name = define('index.sleep', { timeoutSeconds: 1 });
      const { error, log } = await invoke(name, { milliseconds: 60_000 });
      expect(error).toMatchObject({ errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') as string });
      expect(log).toContain('going to sleep');
      const next = await invoke(name, { milliseconds: 1 });
      expect(next).toMatchObject({ error: null, isCold: true });
    });

    test('has Lambda’s variables, the function’s and the harness’s', async () => {
      const name = define('index.context', { environment: { SETTING: 'value' }, memoryMegabytes: 256, timeoutSeconds: 20 });
      expect(answer(await invoke(name))).toMatchObject({
        functionName: name,
        memoryLimitInMB: '256',
        invokedFunctionArn: expect.stringMatching(/^arn:aws:lambda:.*:function:index-context$/) as string,
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        environment: { SETTING: 'value', AWS_REGION: 'eu-west-1', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', _HANDLER: 'index.context' },
      });
      const { remaining } = answer(await invoke(name)) as { remaining: number };
      expect(remaining).toBeGreaterThan(10_000);
      expect(remaining).toBeLessThanOrEqual(20_000);
    });
  });

  describe('errors', () => {
    test.each([
      ['what a handler throws', 'index.fail', { what: 'this' }, { errorType: 'CannotDo', errorMessage: 'cannot do this' }],
      ['an exit', 'index.exit', { code: 3 }, { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') as string }],
      ['what nobody catches', 'index.uncaught', {}, { errorType: 'Runtime.ExitError' }],
      ['a handler that is not there', 'index.nothing', {}, { errorType: 'Runtime.HandlerNotFound' }],
      ['a module that is not there', 'nothing.handler', {}, { errorType: 'Runtime.ImportModuleError' }],
      ['a package that is not there', 'missing.handler', {}, { errorMessage: expect.stringContaining('no-such-package') as string }],
      ['a module that fails', 'broken.handler', {}, { errorMessage: 'broken at load' }],
      ['a handler with a callback, which Node.js 24’s runtime refuses', 'index.callback', {}, { errorType: 'Runtime.CallbackHandlerDeprecated' }],
      ['an answer beyond 6 MB', 'index.large', { bytes: 6 * 1024 * 1024 + 1 }, { errorType: 'Function.ResponseSizeTooLarge' }],
    ])('%s', async (_, handler, event, error) => {
      const name = define(handler);
      expect((await invoke(name, event)).error).toMatchObject(error);
    });

    test('more memory than the function has', async () => {
      const { error } = await invoke(define('index.allocate', { timeoutSeconds: 25, memoryMegabytes: 64 }));
      expect(error).toMatchObject({ errorType: 'Runtime.ExitError' });
    });
  });

  // A machine that lets nobody mount shows functions its own files; the harness says so.
  (canMount() ? describe : describe.skip)('the file system', () => {
    test('holds code, layer and SDK where Lambda has them, and nothing of this repository', async () => {
      const name = define('index.packages', { name: 'packages' });
      expect(answer(await invoke(name, { names: ['from-layer', '@aws-sdk/client-s3', 'ioredis', 'typescript', './modern.mjs'] }))).toEqual({
        'from-layer': '/opt/nodejs/node_modules/from-layer/index.js',
        '@aws-sdk/client-s3': expect.stringContaining('/@aws-sdk/client-s3/') as string,
        ioredis: 'MODULE_NOT_FOUND',
        typescript: 'MODULE_NOT_FOUND',
        './modern.mjs': '/var/task/modern.mjs',
      });
    });

    test('can be written in /tmp only, which has the function’s size; hosts are those of the harness', async () => {
      const name = define('index.surroundings', { name: 'surroundings', storageMegabytes: 600 });
      const seen = answer(await invoke(name, { paths: ['/var/task/index.js', '/opt/nodejs', __filename], write: ['/tmp/x', '/var/task/x', '/opt/x', '/x'] })) as Record<string, unknown>;
      expect(seen).toMatchObject({
        exist: { '/var/task/index.js': true, '/opt/nodejs': true, [__filename]: false },
        storage: 600 * 1024 * 1024,
        cwd: '/var/task',
        node: expect.stringMatching(/^v24\./) as string,
        hosts: expect.stringContaining('127.0.0.9 cache.example') as string,
      });
      const { '/tmp/x': temporary, ...others } = seen.written as Record<string, unknown>;
      expect(temporary).toBe(true);
      Object.values(others).forEach((code) => expect(code).toMatch(/^(EROFS|EACCES)$/));
    });

  });

  test.each([['modern.handler', 'module'], ['classic.nested.handler', 'commonjs']])('the handler %s', async (handler, kind) => {
    expect(answer(await invoke(define(handler)))).toEqual({ kind });
  });

  describe('streaming', () => {
    test('gives each piece when it is written, after the prelude', async () => {
      const name = define('index.stream');
      const arrivals: { readonly text: string; readonly at: number }[] = [];
      let contentType = '';
      const outcome = await lambda.invoke(name, Buffer.from(JSON.stringify({ status: 207, lines: ['one', 'two'], pause: 300 })), {
        started: (type) => (contentType = type),
        data: (chunk) => arrivals.push({ text: chunk.toString(), at: Date.now() }),
        ended: () => {},
      });
      expect(outcome).toMatchObject({ error: null, isStreaming: true });
      expect(contentType).toBe('application/vnd.awslambda.http-integration-response');
      const [prelude, rest] = arrivals.map(({ text }) => text).join('').split('\0'.repeat(8));
      expect(JSON.parse(prelude)).toMatchObject({ statusCode: 207 });
      expect(rest).toBe('one\ntwo\n');
      const at = (line: string) => arrivals.find(({ text }) => text.includes(line))?.at ?? Number.NaN;
      expect(at('two') - at('one')).toBeGreaterThan(100);
    });

    test('tells of an error in the middle, after what was written', async () => {
      const outcome = await invoke(define('index.stream', { name: 'cut' }), { status: 200, lines: ['one'], failure: 'no more' });
      expect(outcome.error).toMatchObject({ errorType: 'RangeError', errorMessage: 'no more' });
      expect(outcome.body.toString()).toContain('one\n');
    });
  });

  describe('asynchronous events', () => {
    const asynchronous = { retries: 0, maximumAgeSeconds: 60, onFailure: queue };

    test('are retried, and end as a dead letter', async () => {
      invokeLater(define('index.fail', { name: 'twice', asynchronous: { ...asynchronous, retries: 1 } }), { what: 'it' });
      await lambda.settled();
      expect(lambda.deadLetters(queue).filter(({ functionName }) => functionName === 'twice')).toMatchObject([
        { condition: 'RetriesExhausted', attempts: 2, payload: { what: 'it' }, outcome: { error: { errorMessage: 'cannot do it' } } },
      ]);
    });

    test('wait while the function is at its reserved concurrency, until they are too old', async () => {
      const name = define('index.sleep', { name: 'narrow', reservedConcurrency: 1, asynchronous: { ...asynchronous, maximumAgeSeconds: 0.5 } });
      invokeLater(name, { milliseconds: 1_500 });
      invokeLater(name, { milliseconds: 1 });
      await expect(invoke(name)).rejects.toMatchObject({ status: 429, code: 'TooManyRequestsException', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
      await lambda.settled();
      expect(lambda.deadLetters(queue).filter(({ functionName }) => functionName === 'narrow')).toMatchObject([{ condition: 'EventAgeExceeded', attempts: 0, payload: { milliseconds: 1 } }]);
    });
  });
});
