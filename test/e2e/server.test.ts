import { rm } from 'node:fs/promises';
import { shopFolder, temporaryFolder } from '../worker/parquet-parts';
import { ServerProcess } from './server-process';

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
});
