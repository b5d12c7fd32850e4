import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { finished, frocket, frocketFile, startFrocket } from './run-frocket';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'frocket-codes-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('wrong use gives code 2 and says what would be right', () => {
  test.each([
    [['run', 'shop'], '--file, --string or --empty'],
    [['run', 'shop', '--empty', '--string', '{}'], 'cannot be used with'],
    [['run', 'shop', '--file', 'a.json', '--string', '{}'], 'cannot be used with'],
    [['run', 'shop', '--file', '/no/such/file.json'], '"/no/such/file.json" cannot be read'],
    [['run', 'shop', '--file', '/'], '"/" cannot be read'],
    [['run'], "missing required argument 'name'"],
    [['lsit'], 'Did you mean list?'],
    [['list', '--jsno'], 'Did you mean --json?'],
    [['list', '--api', 'not a url'], 'http://127.0.0.1:5000'],
    [['list', '--api', 'ftp://example.org'], 'ftp://example.org'],
    [['list', '--api', 'http://127.0.0.1:1', '--data-dir', 'x'], 'cannot be combined'],
    [['register', 'shop', '.', 'user_id', 'timestamp', '--validation-mode', 'ALL'], 'SINGLE, FIRST_LAST, SAMPLE'],
    [['serve', '--port', '65536'], 'whole number from 0 to 65535'],
    [['sample', 'x', '--events', '1e3'], 'whole number from 1'],
  ])('frocket %p', async (args, hint) => {
    const { code, stdout, stderr } = await frocket(args, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });

  test('a text that is no JSON is refused, without pointing anywhere', async () => {
    await frocket(['sample', 'tiny', '--events', '10', '--parts', '1'], { cwd: folder });
    await frocket(['register', 'tiny', 'tiny', 'user_id', 'timestamp'], { cwd: folder });
    const { code, stderr } = await frocket(['run', 'tiny', '--string', '{"query":'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Error: not JSON: .*\n$/);
  });

  test('files and pipes get no colours, in CI neither', async () => {
    const { stderr } = await frocket(['run', 'shop', '--empty'], { cwd: folder, env: { CI: 'true', TERM: 'xterm' } });
    expect(stderr).toBe("Error: There is no dataset 'shop'.\n");
  });

  test('with --json the error is JSON on stdout', async () => {
    const { code, stdout } = await frocket(['run', 'shop', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ success: false, errorKind: 'SCHEMA', errorMessage: expect.stringContaining('--empty') as unknown });
  });
});

describe('an API', () => {
  let server: Server;

  async function apiThat(answers: RequestListener): Promise<string> {
    server = createServer(answers).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test('that is not there gives code 7 and its address', async () => {
    const url = await apiThat(() => {});
    server.close();
    const { code, stderr } = await frocket(['list', '--api', url]);
    expect(code).toBe(7);
    expect(stderr).toContain(url);
    expect(stderr).toContain('ECONNREFUSED');
  });

  test('may be named by the environment', async () => {
    const url = await apiThat((_, response) => response.setHeader('content-type', 'application/json').end('[]'));
    const { code, stdout } = await frocket(['list', '--json'], { env: { FROCKET_API_URL: url } });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[]\n' });
  });

  test('that is another web server gives code 7', async () => {
    const url = await apiThat((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Hello</h1>'));
    const { code, stderr } = await frocket(['list', '--api', url]);
    expect(code).toBe(7);
    expect(stderr).toContain('without JSON');
  });

  test('that ends in the middle of an answer gives code 7', async () => {
    const url = await apiThat((_, response) => {
      response.setHeader('content-type', 'application/x-ndjson').write('{"stage":"RUNNING","message":"","tasks":{}}\n', () => response.destroy());
    });
    expect((await frocket(['run', 'shop', '--empty', '--api', url])).code).toBe(7);
  });

  test.each([
    ['SCHEMA', 2],
    ['RELATION', 2],
    ['DATASET_MISMATCH', 2],
    ['TYPE_MISMATCH', 2],
    ['NOT_FOUND', 3],
    ['CONFLICT', 4],
    ['LIMIT', 5],
    ['TASK_FAILED', 6],
    ['TIMEOUT', 6],
    ['INTERNAL', 1],
  ])('that answers %s gives code %i, in its words', async (errorKind, exitCode) => {
    const answer = { success: false, errorMessage: 'No, because.', errorKind, requestId: 'r-1' };
    const url = await apiThat((_, response) => response.setHeader('content-type', 'application/x-ndjson').end(JSON.stringify(answer)));
    const { code, stdout } = await frocket(['run', 'shop', '--empty', '--api', url, '--json']);
    expect(code).toBe(exitCode);
    expect(JSON.parse(stdout)).toEqual(answer);
  });

  test('still at work when the user interrupts is left, with code 130', async () => {
    let asked = () => {};
    let left = () => {};
    const askedFor = new Promise<void>((resolve) => (asked = resolve));
    const wasLeft = new Promise<void>((resolve) => (left = resolve));
    const url = await apiThat((request) => {
      request.socket.on('close', () => left());
      asked();
    });
    const running = startFrocket(['run', 'shop', '--empty', '--api', url]);
    const end = finished(running);
    await askedFor;
    running.kill('SIGINT');
    const { code, stderr } = await end;
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'Interrupted.\n' });
    await wasLeft;
  });
});

test('an S3 that is not there is told by the reason', async () => {
  const env = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };
  const { code, stderr } = await frocket(['register', 'shop', 's3://bucket/shop', 'user_id', 'timestamp'], { cwd: folder, env });
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain("'s3://bucket/shop' cannot be read: Error: connect ECONNREFUSED");
});

test('a reader that leaves early is no error', async () => {
  const pipeline = `"${process.execPath}" "${frocketFile}" --help | true; echo "code \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await finished(spawn('bash', ['-c', pipeline]));
  expect({ stdout, stderr }).toEqual({ stdout: 'code 0\n', stderr: '' });
});
