import { InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { InvokeCommandInput } from '@aws-sdk/client-lambda';
import { describeLambda } from './describe-lambda';
import { fixtureFunction } from './fixture-functions';
import { InvokeApi } from './invoke-api';
import { InvokeError, LambdaService } from './lambda-service';
import { Sandbox } from './sandbox';

const queue = 'arn:aws:sqs:eu-west-1:111122223333:dead';

describeLambda('Lambda’s Invoke API, for the SDK', () => {
  let sandbox: Sandbox;
  let lambda: LambdaService;
  let api: InvokeApi;
  let client: LambdaClient;
  let mayInvoke = true;

  beforeAll(async () => {
    sandbox = new Sandbox();
    lambda = new LambdaService(sandbox, { surroundings: { hosts: {}, certificates: null }, retryDelay: 1 });
    lambda.add(fixtureFunction('index.echo', { name: 'echo' }));
    lambda.add(fixtureFunction('index.sleep', { name: 'narrow', reservedConcurrency: 1 }));
    lambda.add(fixtureFunction('index.fail', { name: 'fail', asynchronous: { retries: 0, maximumAgeSeconds: 60, onFailure: queue } }));
    lambda.add(fixtureFunction('index.stream', { name: 'stream' }));
    const authorize = (action: string, resource: string) => {
      if (!mayInvoke) throw new InvokeError(403, 'AccessDeniedException', `${action} ${resource}`);
    };
    api = await InvokeApi.start(lambda, { authorize, signedBy: { credentials: { accessKeyId: 'EMU', secretAccessKey: 'EMU' }, region: 'eu-west-1' } });
    client = new LambdaClient({ endpoint: api.endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'EMU', secretAccessKey: 'EMU' }, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    api.close();
    await lambda.close();
    sandbox.close();
  });

  const invoke = (FunctionName: string, event: unknown = {}, options: Partial<InvokeCommandInput> = {}) =>
    client.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...options }));
  const payload = (answer: { readonly Payload?: Uint8Array }): unknown => JSON.parse(Buffer.from(answer.Payload ?? []).toString());

  test.each(['echo', 'arn:aws:lambda:eu-west-1:111122223333:function:echo', 'echo:$LATEST'])('answers under the name %s', async (name) => {
    const answer = await invoke(name, { word: 'größe' }, { LogType: 'Tail' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(payload(answer)).toMatchObject({ event: { word: 'größe' } });
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toMatch(/START RequestId: .*REPORT RequestId: /s);
  });

  test('tells of a function’s error', async () => {
    const answer = await invoke('fail', { what: 'this' });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(payload(answer)).toMatchObject({ errorType: 'CannotDo', errorMessage: 'cannot do this' });
  });

  test('accepts events at once, and runs them afterwards', async () => {
    expect((await invoke('fail', { what: 'later' }, { InvocationType: 'Event' })).StatusCode).toBe(202);
    await lambda.settled();
    expect(lambda.deadLetters(queue)).toMatchObject([{ payload: { what: 'later' }, attempts: 1 }]);
  });

  test('streams answers, and tells of errors within', async () => {
    const read = async (event: object) => {
      const { EventStream = [] } = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'stream', Payload: Buffer.from(JSON.stringify(event)) }));
      let text = '';
      let error: string | undefined;
      for await (const { PayloadChunk, InvokeComplete } of EventStream) {
        text += Buffer.from(PayloadChunk?.Payload ?? []).toString();
        error ??= InvokeComplete?.ErrorCode;
      }
      return { text, error };
    };
    expect(await read({ status: 200, lines: ['one', 'two'] })).toEqual({ text: expect.stringMatching(/\0{8}one\ntwo\n$/) as string, error: undefined });
    expect(await read({ status: 200, lines: ['one'], failure: 'cut' })).toEqual({ text: expect.stringMatching(/one\n$/) as string, error: 'RangeError' });
  });

  test.each([
    ['a function that is not there', 'nothing', {}, {}, { name: 'ResourceNotFoundException' }],
    ['an event beyond 6 MB', 'echo', 'x'.repeat(6 * 1024 * 1024), {}, { name: 'RequestTooLargeException' }],
    ['an asynchronous event beyond 1 MB', 'echo', 'x'.repeat(1024 * 1024), { InvocationType: 'Event' as const }, { name: 'RequestTooLargeException' }],
    ['an event that is no JSON', 'echo', {}, { Payload: Buffer.from('{') }, { name: 'InvalidRequestContentException' }],
  ])('refuses %s', async (_, name, event, options, error) => {
    await expect(invoke(name, event, options)).rejects.toMatchObject(error);
  });

  test('refuses what goes beyond the reserved concurrency', async () => {
    const first = invoke('narrow', { milliseconds: 1_000 });
    await expect(Promise.all([first, invoke('narrow', { milliseconds: 1_000 })])).rejects.toMatchObject({ name: 'TooManyRequestsException', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
    await first.catch(() => {});
  });

  test('refuses what somebody else has signed', async () => {
    const stranger = new LambdaClient({ endpoint: api.endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'EMU', secretAccessKey: 'other' }, maxAttempts: 1 });
    await expect(stranger.send(new InvokeCommand({ FunctionName: 'echo' }))).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    stranger.destroy();
  });

  test('refuses a caller whose role may not', async () => {
    mayInvoke = false;
    await expect(invoke('echo')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    mayInvoke = true;
  });
});
