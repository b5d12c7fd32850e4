import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { S3 } from '@aws-sdk/client-s3';
import { AccessDeniedError, FileChangedError, IncompleteReadError, PathNotFoundError, StorageFaultError } from '../../lambda/storage/errors';
import { openStorage } from '../../lambda/storage/open-storage';
import { createS3Client } from '../../lambda/storage/s3-client';
import { S3Storage } from '../../lambda/storage/s3-storage';
import type { Storage } from '../../lambda/storage/storage';
import { startCuttingProxy } from './cutting-proxy';
import type { CuttingProxy } from './cutting-proxy';
import { describeS3 } from './describe-s3';
import { freePort } from './free-port';
import { startS3Server } from './s3-server';
import type { S3Server } from './s3-server';

const location = { kind: 's3', bucket: 'lake', prefix: 'events/' } as const;
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));

describeS3('S3 storage', () => {
  let server: S3Server;
  let proxy: CuttingProxy;
  let client: S3;

  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startCuttingProxy(server.endpoint);
    const { accessKeyId, secretAccessKey } = server.credentials;
    Object.assign(process.env, { AWS_ENDPOINT_URL_S3: server.endpoint, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
    client = await createS3Client();
    await client.createBucket({ Bucket: 'lake' });
    await client.putObject({ Bucket: 'lake', Key: 'events/part-1.parquet', Body: content });
  }, 120_000);

  afterAll(async () => {
    await proxy.close();
    const folders = (await readdir(tmpdir())).filter((name) => name.startsWith('frocket-s3-'));
    await server.stop();
    await expect(fetch(server.endpoint)).rejects.toThrow();
    expect(folders.filter((name) => !existsSync(`${tmpdir()}/${name}`))).toHaveLength(1);
  }, 60_000);

  function through(endpoint: string, credentials = server.credentials): Storage {
    return new S3Storage(location, () => createS3Client({ endpoint, credentials, maxAttempts: 1 }));
  }

  describe('listing', () => {
    test('finds a part with its size and the ETag that S3 gives it, by the SDK’s standard variables alone', async () => {
      const { ETag: etag } = await client.headObject({ Bucket: 'lake', Key: 'events/part-1.parquet' });
      expect(await openStorage('s3://lake/events').list('*.parquet')).toEqual([{ filename: 'part-1.parquet', size: 300_000, etag }]);
    });

    test('pages through more than 1,000 keys, in name order', async () => {
      const names = Array.from({ length: 1_203 }, (_, index) => `part-${String(index).padStart(5, '0')}.parquet`);
      for (let start = 0; start < names.length; start += 50) {
        await Promise.all(names.slice(start, start + 50).map((name) => client.putObject({ Bucket: 'lake', Key: `many/${name}`, Body: 'x' })));
      }
      expect((await openStorage('s3://lake/many/').list('*.parquet')).map(({ filename }) => filename)).toEqual(names);
    }, 60_000);

    test('leaves out folders, keys in folders, folder markers, other names, hidden files and markers of jobs', async () => {
      for (const key of ['', 'sub/', 'sub/part-2.parquet', 'notes.txt', '_SUCCESS', '_part.parquet', '.part.parquet', 'part-3.parquet']) {
        await client.putObject({ Bucket: 'lake', Key: `mixed/${key}`, Body: Buffer.from(key.endsWith('.parquet') ? 'x' : '') });
      }
      const names = async (pattern: string) => (await openStorage('s3://lake/mixed').list(pattern)).map(({ filename }) => filename);
      expect(await names('*.parquet')).toEqual(['part-3.parquet']);
      expect(await names('*')).toEqual(['notes.txt', 'part-3.parquet']);
      expect(await names('_*')).toEqual(['_SUCCESS', '_part.parquet']);
    });

    test('does not take a prefix for the beginning of a folder’s name', async () => {
      await client.putObject({ Bucket: 'lake', Key: 'events-old/part-9.parquet', Body: 'x' });
      expect((await openStorage('s3://lake/events').list('*')).map(({ filename }) => filename)).toEqual(['part-1.parquet']);
    });

    test.each([
      ['a bucket that does not exist', 's3://no-such-bucket/x', PathNotFoundError],
      ['a prefix without objects', 's3://lake/nothing-here', PathNotFoundError],
    ])('says so of %s', async (_, basepath, errorClass) => {
      const error: unknown = await openStorage(basepath).list('*').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(errorClass);
      expect(error).toMatchObject({ retryable: false, message: expect.stringContaining(basepath) as string });
    });

    test('says so of wrong credentials', async () => {
      const error: unknown = await through(server.endpoint, { ...server.credentials, secretAccessKey: 'wrong' })
        .list('*')
        .catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(AccessDeniedError);
      expect(error).toMatchObject({ retryable: false, message: expect.stringContaining('SignatureDoesNotMatch') as string });
    });

    test('gives a fault that may pass where no server answers', async () => {
      const error: unknown = await through(`http://127.0.0.1:${await freePort()}`).list('*').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StorageFaultError);
      expect(error).toMatchObject({ retryable: true });
    });
  });

  describe('reading', () => {
    test.each([
      ['the beginning', 0, 4],
      ['the end', 299_992, 300_000],
      ['one byte', 150_000, 150_001],
      ['all', 0, 300_000],
      ['nothing', 17, 17],
    ])('gives exactly the bytes asked for: %s', async (_, start, end) => {
      const storage = openStorage('s3://lake/events');
      const [part] = await storage.list('*');
      const source = storage.open(part);
      expect(Buffer.from(await source.read(start, end))).toEqual(content.subarray(start, end));
      expect(source).toMatchObject({ name: 's3://lake/events/part-1.parquet', byteLength: 300_000 });
    });

    test.each(['with space.parquet', 'a+b=c&d.parquet', 'größe-日本-😀.parquet', 'per%20cent#?.parquet', "quo'te(1).parquet"])('reads the key %s', async (name) => {
      await client.putObject({ Bucket: 'lake', Key: `odd names/é+/${name}`, Body: name });
      const storage = openStorage('s3://lake/odd names/é+');
      const part = (await storage.list('*')).find(({ filename }) => filename === name);
      expect(part).toBeDefined();
      if (part !== undefined) {
        expect(Buffer.from(await storage.open(part).read(0, part.size)).toString()).toBe(name);
      }
    });

    test('fails where the object was overwritten since it was listed', async () => {
      await client.putObject({ Bucket: 'lake', Key: 'changing/part.parquet', Body: 'version 1' });
      const storage = openStorage('s3://lake/changing');
      const source = storage.open((await storage.list('*'))[0]);
      expect(Buffer.from(await source.read(8, 9)).toString()).toBe('1');
      await source.check();
      await client.putObject({ Bucket: 'lake', Key: 'changing/part.parquet', Body: 'version 2' });
      await expect(source.read(8, 9)).rejects.toThrow(FileChangedError);
      await expect(source.check()).rejects.toThrow(FileChangedError);
      await expect(source.read(8, 9)).rejects.toThrow('s3://lake/changing/part.parquet');
    });

    test('says so where the object is gone', async () => {
      await client.putObject({ Bucket: 'lake', Key: 'going/part.parquet', Body: 'x' });
      const storage = openStorage('s3://lake/going');
      const source = storage.open((await storage.list('*'))[0]);
      await client.deleteObject({ Bucket: 'lake', Key: 'going/part.parquet' });
      await expect(source.read(0, 1)).rejects.toThrow(PathNotFoundError);
      await expect(source.check()).rejects.toThrow(PathNotFoundError);
    });

    test('asks again where a body breaks off, and gives the exact bytes', async () => {
      const storage = through(proxy.endpoint);
      const [part] = await storage.list('*');
      const before = proxy.rangesRequested;
      proxy.cuts = 2;
      expect(Buffer.from(await storage.open(part).read(5, 250_005))).toEqual(content.subarray(5, 250_005));
      expect(proxy.cuts).toBe(0);
      expect(proxy.rangesRequested - before).toBe(3);
    });

    test('fails, for a later attempt, where bodies keep breaking off', async () => {
      const storage = through(proxy.endpoint);
      const [part] = await storage.list('*');
      proxy.cuts = 100;
      const error: unknown = await storage.open(part).read(0, 300_000).catch((caught: unknown) => caught);
      proxy.cuts = 0;
      expect(error).toBeInstanceOf(IncompleteReadError);
      expect(error).toMatchObject({ retryable: true });
    });
  });
});
