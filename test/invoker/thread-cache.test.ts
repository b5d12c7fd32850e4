import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { openLocalService } from '../../lambda/invoker/open-local-service';
import type { OpenedService } from '../../lambda/invoker/open-local-service';
import { readSettings } from '../../lambda/invoker/settings';
import { shopColumns, shopEvents, temporaryFolder, writePart } from '../worker/parquet-parts';
import { bundleThread } from './thread-bundle';
import type { ThreadBundle } from './thread-bundle';

const PARTS = 6;

let bundle: ThreadBundle;
let root: string;
let dataDirectory: string;
let logged: string;
let opened: OpenedService[];

beforeAll(async () => {
  bundle = await bundleThread('test/invoker/fragile-thread.ts');
  root = await temporaryFolder();
  for (let part = 0; part < PARTS; part++) {
    await writePart(path.join(root, 'shop'), `part-${part}.parquet`, shopColumns(shopEvents(part)));
  }
  for (const name of ['dawdles', 'hangs']) {
    await mkdir(path.join(root, name));
    await copyFile(path.join(root, 'shop', 'part-0.parquet'), path.join(root, name, `part-${name}.parquet`));
  }
});
afterAll(async () => {
  await bundle.remove();
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  dataDirectory = await temporaryFolder();
  logged = '';
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((service) => service.close()));
  await rm(dataDirectory, { recursive: true });
});

/** Funnel Rocket with two threads, on this test's data folder. */
async function open({ roots = null as readonly string[] | null, cacheBytes = 1e8 } = {}): Promise<OpenedService> {
  const log = new PassThrough();
  log.on('data', (line: Buffer) => (logged += line.toString()));
  const settings = { ...readSettings({}), cacheBytes };
  const service = await openLocalService({ dataDirectory, threadFile: bundle.file, workers: 2, roots, settings, logger: pino({ level: 'info' }, log) });
  opened.push(service);
  return service;
}

function register({ service }: OpenedService, name: string) {
  return service.register({ name, basepath: path.join(root, name), groupIdColumn: 'user', timestampColumn: 'time' });
}

/** Where the parts of a query came from. */
async function loaded({ service }: OpenedService, name = 'shop') {
  const { stats, query } = await service.query(name, '{"query": {"aggregations": [{"column": "event"}]}}', { fresh: true });
  expect(query).toMatchObject({ matchingGroups: name === 'shop' ? 48 : 8 });
  return stats.worker.cache;
}

async function close(service: OpenedService): Promise<void> {
  opened.splice(opened.indexOf(service), 1);
  await service.close();
}

describe('Threads', () => {
  test('take the parts that they have in memory, and after a restart have them on disk', async () => {
    const first = await open();
    await register(first, 'shop');

    expect(await loaded(first)).toEqual({ source: PARTS, diskCache: 0, memory: 0 });
    for (let round = 0; round < 5; round++) {
      const { source, diskCache, memory } = await loaded(first);
      // A thread that is done early takes what is left, which it then has too.
      expect({ source, all: diskCache + memory + source }).toEqual({ source: expect.any(Number) as number, all: PARTS });
    }
    expect((await loaded(first)).memory).toBeGreaterThan(0);
    await close(first);

    expect(await loaded(await open())).toEqual({ source: 0, diskCache: PARTS, memory: 0 });
  });

  test('keep nothing on disk where they are told so', async () => {
    const first = await open({ cacheBytes: 0 });
    await register(first, 'shop');
    await loaded(first);
    await close(first);

    expect(await loaded(await open({ cacheBytes: 0 }))).toEqual({ source: PARTS, diskCache: 0, memory: 0 });
  });

  test('read nothing outside of the roots that their server was started with', async () => {
    const anywhere = await open();
    await register(anywhere, 'shop');
    await close(anywhere);
    const confined = await open({ roots: [path.join(root, 'dawdles')] });

    await expect(loaded(confined)).rejects.toThrow(/is not there under the roots/);
  });

  test('that run what nobody waits for any longer live on with what they have, if it ends soon', async () => {
    const service = await open();
    await register(service, 'dawdles');
    await loaded(service, 'dawdles');
    const leaving = new AbortController();
    const abandoned = service.service.query('dawdles', '{}', { fresh: true, signal: leaving.signal });
    setTimeout(() => leaving.abort(), 100);
    await expect(abandoned).rejects.toThrow();

    expect(await loaded(service, 'dawdles')).toMatchObject({ source: 0 });
    expect(logged).toBe('');
  });

  test('that hang are ended, which is no error', async () => {
    const service = await open();
    await register(service, 'hangs');
    await register(service, 'shop');
    for (let query = 0; query < 2; query++) {
      const leaving = new AbortController();
      const abandoned = service.service.query('hangs', '{}', { fresh: true, signal: leaving.signal });
      setTimeout(() => leaving.abort(), 300);
      await expect(abandoned).rejects.toThrow();
    }

    expect(await loaded(service)).toMatchObject({ source: PARTS });
    expect(logged).not.toMatch(/Unexpected message|died/);
  });
});
