import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { CopiedRegistry } from '../../lambda/datastore/copied-registry';
import type { SharedDatastore } from '../../lambda/datastore/datastore';
import { RegistryCopyError } from '../../lambda/datastore/errors';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { FolderObjects } from '../../lambda/storage/folder-objects';
import { RedisServer } from './redis-server';
import { sampleDataset } from './samples';

let server: RedisServer;
let datastore: SharedDatastore;
let admin: Redis;
let folder: string;
let warnings: string[];

beforeAll(async () => {
  server = await RedisServer.start();
  datastore = await openDatastore({ redisUrl: server.url });
  admin = new Redis(server.url);
});

afterAll(async () => {
  await datastore.close();
  admin.disconnect();
  await server.stop();
});

beforeEach(async () => {
  await admin.flushall();
  folder = await mkdtemp(path.join(tmpdir(), 'frocket-copies-'));
  warnings = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A registry as one more process opens it. */
function open(copies = folder): CopiedRegistry {
  const logger = { warn: (_: object, message: string) => void warnings.push(message), info: () => {} };
  return new CopiedRegistry(datastore.datasets, new FolderObjects(copies), logger);
}

async function names(registry: CopiedRegistry): Promise<string[]> {
  return (await registry.list()).map(({ id }) => id.name);
}

test('a flushed Redis gets its datasets back exactly, once somebody asks for one', async () => {
  await open().put(sampleDataset('shop'));
  await open().put(sampleDataset('größe 😀/\ud800'));
  await admin.flushall();
  expect(await open().get('shop')).toEqual(sampleDataset('shop'));
  expect(await names(open())).toEqual(['größe 😀/\ud800', 'shop']);
  expect(warnings).toEqual(['The datastore had lost its datasets; they were restored from their copies']);
});

test('the version registered last comes back, and what was unregistered does not', async () => {
  const registry = open();
  await registry.put(sampleDataset('shop', 'first'));
  await registry.put(sampleDataset('shop', 'second'));
  await registry.put(sampleDataset('gone'));
  expect(await registry.remove('gone')).toBe(true);
  await admin.flushall();
  expect((await registry.get('shop'))?.id.registeredAt).toBe('second');
  expect(await registry.get('gone')).toBeNull();
  expect(await registry.remove('gone')).toBe(false);
});

test('what is registered after the loss, before anybody asks, is not replaced by an older copy', async () => {
  await open().put(sampleDataset('shop', 'first'));
  await open().put(sampleDataset('other'));
  await admin.flushall();
  await open().put(sampleDataset('shop', 'second'));
  expect((await open().get('shop'))?.id.registeredAt).toBe('second');
  expect(await names(open())).toEqual(['other', 'shop']);
});

test('many who find the loss at once restore it once', async () => {
  for (const name of ['a', 'b', 'c']) await open().put(sampleDataset(name));
  await admin.flushall();
  const listed = await Promise.all(Array.from({ length: 8 }, () => names(open())));
  expect(listed).toEqual(Array.from({ length: 8 }, () => ['a', 'b', 'c']));
  expect(warnings).toHaveLength(1);
});

test('a damaged copy costs its own dataset only, and is told of', async () => {
  await open().put(sampleDataset('kept'));
  const [before] = await readdir(folder);
  await open().put(sampleDataset('damaged'));
  const damaged = (await readdir(folder)).find((name) => name !== before) ?? '';
  await writeFile(path.join(folder, damaged), (await readFile(path.join(folder, damaged))).subarray(0, 40));
  await writeFile(path.join(folder, 'a note of somebody.txt'), 'not ours');
  await admin.flushall();
  expect(await names(open())).toEqual(['kept']);
  expect(warnings.filter((message) => message.includes('damaged'))).toHaveLength(2);
});

test('copies that cannot be reached are an error, never a dataset that does not exist', async () => {
  await open().put(sampleDataset('shop'));
  await admin.flushall();
  const elsewhere = path.join(folder, 'a file');
  await writeFile(elsewhere, '');
  await expect(open(elsewhere).get('shop')).rejects.toThrow(RegistryCopyError);
  await expect(open(elsewhere).put(sampleDataset('shop'))).rejects.toThrow(elsewhere);
  expect(await open().get('shop')).toEqual(sampleDataset('shop'));
});

test('a write that crashed half-way leaves no copy behind', async () => {
  await writeFile(path.join(folder, 'x.dataset.1.unfinished'), 'half');
  expect(await names(open())).toEqual([]);
  expect(warnings).toEqual([]);
});
