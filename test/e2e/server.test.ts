import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { shopFolder, temporaryFolder } from '../worker/parquet-parts';

const repository = path.resolve(__dirname, '../..');
const ecom = path.resolve(repository, '../shared/data/ecom');

/** A server process as users start it. */
class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(dataDirectory: string, root: string): Promise<ServerProcess> {
    const command = ['scripts/frocket.mjs', 'serve', '--port', '0', '--data-dir', dataDirectory, '--root', root, '--workers', '2'];
    const child = spawn(process.execPath, command, { cwd: repository, stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url !== undefined) return new ServerProcess(child, url);
    }
    throw new Error(`The server ended before it listened: ${child.exitCode}`);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }

  async post(pathname: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${pathname}`, { method: 'POST', body: JSON.stringify(body) });
    return response.json();
  }

  async get(pathname: string): Promise<unknown> {
    return (await fetch(`${this.url}${pathname}`)).json();
  }
}

describe('The server process', () => {
  let dataDirectory: string;
  let server: ServerProcess | null = null;
  beforeEach(async () => {
    dataDirectory = await temporaryFolder();
  });
  afterEach(async () => {
    await server?.end('SIGKILL');
    server = null;
    await rm(dataDirectory, { recursive: true });
  });

  test('survives kill -9 between registration and query', async () => {
    const folder = await shopFolder(5);
    try {
      const first = await ServerProcess.start(dataDirectory, folder);
      const registered = await first.post('/datasets/register', { name: 'shop', basepath: folder, groupIdColumn: 'user', timestampColumn: 'time' });
      expect(registered).toMatchObject({ success: true });
      await first.end('SIGKILL');

      server = await ServerProcess.start(dataDirectory, folder);

      expect(await server.get('/datasets')).toEqual([(registered as { dataset: object }).dataset]);
      expect(await server.post('/datasets/shop/query', { query: { conditions: [{ filter: ['event', '==', 'buy'] }] } })).toMatchObject({
        success: true,
        query: { matchingGroups: 10, matchingGroupRows: 30 },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('ends by SIGTERM in good order', async () => {
    const running = await ServerProcess.start(dataDirectory, dataDirectory);

    expect(await running.end('SIGTERM')).not.toBeNull();
  });

  (existsSync(ecom) ? test : test.skip)('answers over files of another writer: the facts of the e-commerce stream', async () => {
    server = await ServerProcess.start(dataDirectory, ecom);
    const registered = await server.post('/datasets/register', { name: 'ecom', basepath: ecom, groupIdColumn: 'user_id', timestampColumn: 'timestamp' });
    expect(registered).toMatchObject({ success: true, dataset: { totalParts: 4 } });

    const columns = ['channel', 'price', 'quantity', 'logged_in'];
    const query = { query: { aggregations: columns.map((column) => ({ column, type: 'count' })) } };

    expect(await server.post('/datasets/ecom/query', query)).toMatchObject({
      query: {
        matchingGroups: 600,
        matchingGroupRows: 31_106,
        aggregations: [{ value: 28_306 }, { value: 9_093 }, { value: 28_344 }, { value: 28_661 }],
      },
    });
  });
});
