import type { S3 } from '@aws-sdk/client-s3';
import { createS3Client } from '../../lambda/storage/s3-client';
import { examineDatasetPrefix, examineStateBucket } from '../../scripts/doctor/buckets';
import { describeS3 } from '../storage/describe-s3';
import { startS3Server } from '../storage/s3-server';
import type { S3Server } from '../storage/s3-server';

describeS3('buckets of a real S3 server', () => {
  let server: S3Server;
  let s3: S3;

  beforeAll(async () => {
    server = await startS3Server();
    s3 = await createS3Client({ endpoint: server.endpoint, credentials: server.credentials, region: 'us-east-1' });
    await s3.createBucket({ Bucket: 'state' });
    await s3.createBucket({ Bucket: 'lake' });
  }, 120_000);

  afterAll(async () => {
    s3.destroy();
    await server.stop();
  });

  test('a bucket is only as well as what protects it', async () => {
    expect(await examineStateBucket(s3, 'state')).toMatchObject({ outcome: 'failed', message: expect.stringContaining('public access') as unknown });
    await s3.putPublicAccessBlock({ Bucket: 'state', PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } });
    expect(await examineStateBucket(s3, 'state')).toMatchObject({ outcome: 'warning', message: expect.stringContaining('old versions') as unknown });
    await s3.putBucketVersioning({ Bucket: 'state', VersioningConfiguration: { Status: 'Enabled' } });
    // Ceph encrypts with a key server only, of which there is none here: the stand-in's answers in doctor.test.ts have the rest.
    expect(await examineStateBucket(s3, 'state')).toMatchObject({ outcome: 'warning', message: expect.stringMatching(/^bucket state has no encryption by default/) as unknown });
  });

  test('a bucket that is not there is told by name', async () => {
    await expect(examineStateBucket(s3, 'nowhere')).rejects.toThrow('There is no bucket nowhere');
    await expect(examineDatasetPrefix(s3, 'nowhere', 'events/')).rejects.toThrow('There is no bucket nowhere');
  });

  test('Parquet files are counted under the prefix only', async () => {
    await s3.putObject({ Bucket: 'lake', Key: 'events/a b.parquet', Body: 'x' });
    await s3.putObject({ Bucket: 'lake', Key: 'else/b.parquet', Body: 'x' });
    expect(await examineDatasetPrefix(s3, 'lake', 'events/')).toEqual({ outcome: 'ok', message: 's3://lake/events/ holds 1 Parquet files.' });
    expect(await examineDatasetPrefix(s3, 'lake', 'old/')).toMatchObject({ outcome: 'warning' });
  });

  test('whom S3 does not know is told to sign in', async () => {
    const stranger = await createS3Client({ endpoint: server.endpoint, credentials: { accessKeyId: 'FROCKETTESTS', secretAccessKey: 'wrong' }, region: 'us-east-1' });
    await expect(examineDatasetPrefix(stranger, 'lake', '')).rejects.toThrow('does not know your credentials');
    stranger.destroy();
  });
});
