import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { callerFor, gatewayRegion } from '../../scripts/client/caller';
import { startGateway } from './gateway-stand-in';
import type { Gateway, GatewayOptions } from './gateway-stand-in';
import { frocket, serve } from './run-frocket';
import type { Finished, Serving } from './run-frocket';
import { makeSampleFolder } from './sample-folder';
import type { SampleFolder } from './sample-folder';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'a//session+token==' };
const region = 'eu-west-1';

/** No credentials but these: neither the user's files nor a machine's role. */
const nowhere = { HOME: '/nonexistent', AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: '', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' };
const signedIn = { ...nowhere, AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_SESSION_TOKEN: keys.sessionToken };

let sample: SampleFolder;
let serving: Serving;
let gateway: Gateway;

const started: Gateway[] = [];
async function gatewayWith(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const made = await startGateway({ upstream: serving.url, keys, region, ...options });
  started.push(made);
  return made;
}

beforeAll(async () => {
  sample = await makeSampleFolder();
  serving = await serve(['--data-dir', path.join(sample.folder, 'served'), '--root', sample.dataset]);
  gateway = await gatewayWith();
}, 120_000);

afterAll(async () => {
  started.forEach((made) => made.stop());
  await serving.stop();
  await sample.remove();
});

function signed(args: readonly string[], { api = gateway.url, env = signedIn }: { api?: string; env?: Record<string, string> } = {}): Promise<Finished> {
  return frocket([...args, '--api', api, '--sign', region], { env });
}

describe('the main job through a gateway that checks signatures', () => {
  test.each(['shop', "it's (all) 50%+ *new*!", 'a/b c?d=e&f#g', '~ün-ï_cödé.日本', '%2F%252F', 'a//b/../c;d,e:f@g$h'])('with a dataset named %p', async (name) => {
    const registered = await signed(['register', name, sample.dataset, 'user_id', 'timestamp', '--validation-mode', 'SINGLE']);
    expect(registered).toMatchObject({ code: 0, stderr: '' });
    const full = await signed(['schema', name, '--full', '--json']);
    expect(full).toMatchObject({ code: 0, stderr: '' });
    const query = JSON.stringify({ query: { conditions: [{ filter: ['event', '==', 'view'] }], aggregations: [{ column: 'channel', type: 'count' }] } });
    const ran = await signed(['run', name, '--string', query, '--json']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ query: { matchingGroups: await sample.usersWith('view') } });
    expect(await signed(['unregister', name, '--force'])).toMatchObject({ code: 0, stderr: '' });
  });

  test("paths keep the address's own, and streaming is asked for", async () => {
    await signed(['register', 'paths', sample.dataset, 'user_id', 'timestamp', '--validation-mode', 'SINGLE'], { api: gateway.url.replace(/\/$/, '') });
    await signed(['run', 'paths', '--empty'], { api: `${gateway.url}//` });
    expect(gateway.admitted).toEqual(expect.arrayContaining(['POST /v1/datasets/register?stream=true', 'POST /v1/datasets/paths/query?stream=true']));
  });

  test('errors of the API itself stay what they are', async () => {
    const { code, stderr } = await signed(['schema', 'nowhere']);
    expect(code).toBe(3);
    expect(stderr).toContain('nowhere');
  });

  test('the region may come from the environment', async () => {
    const { code, stdout } = await frocket(['list', '--json'], { env: { ...signedIn, FROCKET_API_URL: gateway.url, FROCKET_API_REGION: region } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(expect.any(Array));
  });
});

describe('who is refused is told why, and what to do', () => {
  async function refusal(run: Promise<Finished>): Promise<string> {
    const { code, stdout, stderr } = await run;
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return stderr;
  }

  test('without credentials', async () => {
    const told = await refusal(signed(['list'], { env: nowhere }));
    expect(told).toContain('no usable AWS credentials');
    expect(told).toContain('AWS_PROFILE');
  });

  test('with another secret', async () => {
    expect(await refusal(signed(['list'], { env: { ...signedIn, AWS_SECRET_ACCESS_KEY: 'another' } }))).toContain('does not belong to the access key');
  });

  test("with another's session token", async () => {
    expect(await refusal(signed(['list'], { env: { ...signedIn, AWS_SESSION_TOKEN: 'another' } }))).toContain('sign in again');
  });

  test('signed for another region', async () => {
    expect(await refusal(frocket(['list', '--api', gateway.url, '--sign', 'us-east-1'], { env: signedIn }))).toContain('was signed for us-east-1');
  });

  test.each([[400_000, 'Signature expired'], [-400_000, 'Signature not yet current']])('by a clock that is %i ms off', async (clockAhead, message) => {
    const told = await refusal(signed(['list'], { api: (await gatewayWith({ clockAhead })).url }));
    expect(told).toContain(message);
    expect(told).toContain('clock');
  });

  test('unsigned', async () => {
    expect(await refusal(frocket(['list', '--api', gateway.url], { env: signedIn }))).toContain('--sign');
  });

  test('at an address without the stage', async () => {
    expect(await refusal(signed(['list'], { api: new URL(gateway.url).origin }))).toContain('the stage, such as /v1');
  });

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['a policy', (response) => response.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' }).end('{"Message":"User: arn:aws:iam::1:user/u is not authorized to perform: execute-api:Invoke on resource: arn"}'), 'CallerPolicyArn'],
    ['a throttle', (response) => response.writeHead(429, { 'content-type': 'application/json' }).end('{"message":"Too Many Requests"}'), 'api.requestsPerSecond'],
    ['an end of time', (response) => response.writeHead(504, { 'content-type': 'application/json' }).end('{"message":"Endpoint request timed out"}'), 'longer than it may'],
    ['a crash', (response) => response.writeHead(502, { 'content-type': 'application/json' }).end('{"message": null}'), 'no reason given'],
    ['a page', (response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'), 'answered 503 without JSON'],
    ['a redirection', (response) => response.writeHead(301, { location: 'https://elsewhere.example/' }).end(), 'points to https://elsewhere.example/'],
  ])('by %s', async (_, instead, told) => {
    expect(await refusal(signed(['list'], { api: (await gatewayWith({ instead })).url }))).toContain(told);
  });

  test('in JSON for programs', async () => {
    const { code, stdout } = await signed(['list', '--json'], { env: nowhere });
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({ success: false, errorMessage: expect.stringContaining('AWS credentials') as unknown });
  });
});

describe('an API that takes keys', () => {
  let server: Server;
  let url: string;
  const seen: IncomingHttpHeaders[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers);
      const known = request.headers['x-api-key'] === 'secret-key';
      response.writeHead(known ? 200 : 403, { 'content-type': 'application/json' }).end(known ? '[]' : '{"message":"Forbidden"}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(() => server.close());

  test('gets the key of the environment, and no signature', async () => {
    const { code, stdout } = await frocket(['list', '--json', '--api', url], { env: { ...nowhere, FROCKET_API_KEY: 'secret-key' } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[]\n' });
    expect(seen.at(-1)).not.toHaveProperty('authorization');
  });

  test.each([[{}, 'FROCKET_API_KEY is not set'], [{ FROCKET_API_KEY: 'wrong-key' }, 'does not know the key']])('with %p is explained', async (env, told) => {
    const { code, stderr } = await frocket(['list', '--api', url], { env: { ...nowhere, ...env } });
    expect(code).toBe(7);
    expect(stderr).toContain(told);
    expect(stderr).not.toContain('wrong-key');
  });
});

describe('whom an address is asked as', () => {
  test.each([
    ['https://a1b2c3.execute-api.eu-west-1.amazonaws.com/v1/', 'eu-west-1'],
    ['https://a1b2c3-vpce-0123.execute-api.us-gov-west-1.amazonaws.com/v1', 'us-gov-west-1'],
    ['https://a1b2c3.execute-api.cn-north-1.amazonaws.com.cn/v1', 'cn-north-1'],
    ['https://queries.example.com/', null],
    ['https://a1b2c3.execute-api.eu-west-1.amazonaws.com.evil.example/v1', null],
    ['http://127.0.0.1:5000', null],
  ])('%s is in %p', (url, expected) => {
    expect(gatewayRegion(new URL(url))).toBe(expected);
  });

  const api = new URL('https://a1b2c3.execute-api.eu-west-1.amazonaws.com/v1/');
  test('signed by itself at API Gateway; with a key instead; with both where both are asked for', () => {
    expect(callerFor(api, {})).toEqual({ signingRegion: 'eu-west-1' });
    expect(callerFor(api, { region: 'eu-west-2' })).toEqual({ signingRegion: 'eu-west-2' });
    expect(callerFor(api, { apiKey: 'k' })).toEqual({ apiKey: 'k' });
    expect(callerFor(api, { apiKey: 'k', region: 'eu-west-1' })).toEqual({ apiKey: 'k', signingRegion: 'eu-west-1' });
    expect(callerFor(new URL('http://127.0.0.1:5000'), {})).toEqual({});
  });
});

test.each([
  [['list', '--sign', 'eu-west-1'], '--api'],
  [['list', '--api', 'http://127.0.0.1:1', '--sign', 'Ireland'], 'an AWS region such as eu-west-1'],
])('frocket %p is wrong use', async (args, hint) => {
  const { code, stderr } = await frocket(args);
  expect(code).toBe(2);
  expect(stderr).toContain(hint);
});
