import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ObjectStore } from '../../lambda/datastore/object-store';
import { BucketObjects } from '../../lambda/storage/bucket-objects';
import { NotADirectoryError, PathNotFoundError } from '../../lambda/storage/errors';
import { FolderObjects } from '../../lambda/storage/folder-objects';
import { createS3Client } from '../../lambda/storage/s3-client';
import { describeS3 } from './describe-s3';
import { startS3Server } from './s3-server';
import type { S3Server } from './s3-server';

function describeObjects(open: () => ObjectStore): void {
  test('there is nothing at first', async () => {
    expect(await open().list()).toEqual([]);
    expect(await open().read('a.dataset')).toBeNull();
    await open().remove('a.dataset');
  });

  test('what was written last is read, byte for byte, also when nothing', async () => {
    await open().write('a.dataset', Buffer.from('first'));
    await open().write('a.dataset', Uint8Array.of(0, 255, 10, 13));
    await open().write('empty', new Uint8Array(0));
    expect(Uint8Array.from((await open().read('a.dataset')) ?? [])).toEqual(Uint8Array.of(0, 255, 10, 13));
    expect((await open().read('empty'))?.length).toBe(0);
    expect((await open().list()).sort()).toEqual(['a.dataset', 'empty']);
  });

  test('what was removed is gone', async () => {
    await open().remove('a.dataset');
    expect(await open().list()).toEqual(['empty']);
    expect(await open().read('a.dataset')).toBeNull();
  });
}

describe('Objects in a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'frocket-objects-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  describeObjects(() => new FolderObjects(path.join(folder, 'made/when/needed')));

  test('failures name the file', async () => {
    const objects = new FolderObjects('/dev/null/no');
    await expect(objects.write('a', new Uint8Array(1))).rejects.toThrow('/dev/null/no');
    await expect(objects.list()).rejects.toThrow(NotADirectoryError);
  });
});

describeS3('Objects in a bucket', () => {
  let server: S3Server;
  let open: (bucket?: string) => ObjectStore;

  beforeAll(async () => {
    server = await startS3Server();
    const { endpoint, credentials } = server;
    const client = await createS3Client({ endpoint, credentials, region: 'us-east-1' });
    await client.createBucket({ Bucket: 'state' });
    await client.putObject({ Bucket: 'state', Key: 'elsewhere/x', Body: 'x' });
    open = (bucket = 'state') => new BucketObjects({ kind: 's3', bucket, prefix: 'registry/' }, () => Promise.resolve(client));
  }, 120_000);

  afterAll(() => server.stop(), 60_000);

  describeObjects(() => open());

  test('lists more than a page', async () => {
    const names = Array.from({ length: 1_001 }, (_, index) => `page-${index}`);
    for (let start = 0; start < names.length; start += 50) {
      await Promise.all(names.slice(start, start + 50).map((name) => open().write(name, Buffer.from(name))));
    }
    expect((await open().list()).filter((name) => name.startsWith('page-'))).toHaveLength(1_001);
  }, 60_000);

  test('failures name bucket and object', async () => {
    await expect(open('no-such-bucket').list()).rejects.toThrow(PathNotFoundError);
    await expect(open('no-such-bucket').write('a', new Uint8Array(1))).rejects.toThrow('s3://no-such-bucket/registry/a');
  });
});
