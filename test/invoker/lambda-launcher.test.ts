import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { pino } from 'pino';
import type { Job, Task } from '../../lambda/datastore/job';
import { LambdaLauncher, LaunchError } from '../../lambda/invoker/lambda-launcher';
import { createLambdaClient } from '../../lambda/invoker/lambda-launcher-requests';
import type { FunctionDefinition } from '../harness/function-definition';
import { InvokeApi } from '../harness/invoke-api';
import { InvokeError } from '../harness/lambda-service';

const credentials = { accessKeyId: 'EMU', secretAccessKey: 'secret', sessionToken: 'token' };
const region = 'eu-west-1';
const arn = `arn:aws:lambda:${region}:111122223333:function:worker`;
const job = { requestId: 'request' } as Job;
const tasks = (count: number) => Array.from({ length: count }, (_, index): Task => ({ index, attempt: 1, part: { filename: `${index}`, size: 1, etag: 'e' } }));

describe('Launching by Lambda', () => {
  const never = new AbortController().signal;
  let api: InvokeApi;
  let client: LambdaClient;
  let events: { requestId: string; launchedAt: number }[];
  let refusal: InvokeError | null;

  beforeEach(async () => {
    events = [];
    refusal = null;
    const lambda = {
      definition: (name: string) => {
        if (name !== 'worker') throw new InvokeError(404, 'ResourceNotFoundException', `Function not found: ${name}`);
        return { name, arn } as FunctionDefinition;
      },
      invoke: () => Promise.reject(new Error('only asynchronously')),
      invokeLater: (_: string, payload: Buffer) => {
        if (refusal !== null) throw refusal;
        events.push(JSON.parse(payload.toString()) as (typeof events)[number]);
      },
    };
    api = await InvokeApi.start(lambda, { signedBy: { credentials, region } });
    client = new LambdaClient({ endpoint: api.endpoint, region, credentials });
  });
  afterEach(() => {
    client.destroy();
    api.close();
  });

  const launcher = (functionName = 'worker') => new LambdaLauncher({ functionName, client, logger: pino({ level: 'silent' }) });

  test.each([1, 3, 1_500])('%i tasks are as many invocations, each of them signed', async (count) => {
    const before = Date.now();
    await launcher().launch(job, tasks(count), never);
    expect(events).toHaveLength(count);
    events.forEach(({ requestId, launchedAt }) => {
      expect(requestId).toBe('request');
      expect(launchedAt).toBeGreaterThanOrEqual(before);
      expect(launchedAt).toBeLessThanOrEqual(Date.now());
    });
  });

  test('what is throttled or breaks off is sent again, and nothing else', async () => {
    api.faults.push(...Array.from({ length: 150 }, (_, index) => (index % 3 === 0 ? ('broken' as const) : ('throttled' as const))));
    await launcher().launch(job, tasks(200), never);
    expect(events).toHaveLength(200);
  });

  test('an API that is away for a moment is waited for', async () => {
    const { port } = new URL(api.endpoint);
    api.close();
    const launched = launcher().launch(job, tasks(5), never);
    await sleep(300);
    await api.listen(Number(port));
    await launched;
    expect(events).toHaveLength(5);
  });

  test('an API that leaves a request without an answer is asked again after seconds', async () => {
    let requests = 0;
    const silent = createServer((request, response) => {
      request.resume();
      if (++requests > 1) response.writeHead(202).end();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const patient = createLambdaClient({ endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, region, credentials });
    await new LambdaLauncher({ functionName: 'worker', client: patient, logger: pino({ level: 'silent' }) }).launch(job, tasks(1), never);
    expect(requests).toBe(2);
    patient.destroy();
    silent.closeAllConnections();
    silent.close();
  }, 20_000);

  test('throttled to the end, it gives up when the job ends, with the job’s reason', async () => {
    refusal = new InvokeError(429, 'TooManyRequestsException', 'Rate exceeded');
    const end = new AbortController();
    const launched = launcher().launch(job, tasks(5), end.signal);
    const reason = new Error('the job has ended');
    setTimeout(() => end.abort(reason), 250);
    await expect(launched).rejects.toBe(reason);
  });

  test.each([
    ['that is not there', 'nobody', 'Function not found: nobody'],
    ['that it may not invoke', 'worker', 'not authorized to perform'],
  ])('a function %s is an error at once, which says why', async (_, functionName, text) => {
    refusal = new InvokeError(403, 'AccessDeniedException', 'The role is not authorized to perform lambda:InvokeFunction');
    const error = await launcher(functionName).launch(job, tasks(300), never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LaunchError);
    expect((error as Error).message).toContain(`'${functionName}'`);
    expect((error as Error).message).toContain(text);
  });
});
