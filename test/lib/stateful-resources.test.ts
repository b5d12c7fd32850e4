import { environmentNames } from './environments';
import { appOf, resourcesOf, stackNames, templatesOf } from './synthesize';

/**
 * Another logical ID is another resource: CloudFormation would make a new, empty one and remove the old. Whoever changes
 * this list moves people's data, and says in docs/operating.md how.
 */
const pinned: Readonly<Record<string, string>> = {
  DatastoreGroup3A6194AF: 'AWS::ElastiCache::ReplicationGroup',
  State1C20CC9A: 'AWS::S3::Bucket',
  Datasets0030EE04: 'AWS::S3::Bucket',
};
const pinnedServerless: Readonly<Record<string, string>> = { DatastoreCache6F9245BF: 'AWS::ElastiCache::ServerlessCache', State1C20CC9A: 'AWS::S3::Bucket' };

const statefulTypes = ['AWS::ElastiCache::ReplicationGroup', 'AWS::ElastiCache::ServerlessCache', 'AWS::S3::Bucket'];
const stateful = (environment: (typeof environmentNames)[number]) =>
  Object.assign({}, ...statefulTypes.map((type) => resourcesOf(templatesOf(environment).datastore, type))) as ReturnType<typeof resourcesOf>;
const types = (environment: (typeof environmentNames)[number]) => Object.fromEntries(Object.entries(stateful(environment)).map(([id, { Type }]) => [id, Type]));

test('logical IDs of what holds data stay as they are', () => {
  expect(types('prod')).toEqual(pinned);
  expect(types('default')).toEqual(pinned);
  expect(types('serverless')).toEqual(pinnedServerless);
});

test.each(environmentNames)('%s: data lies in the datastore stack only', (environment) => {
  for (const stack of stackNames.filter((name) => name !== 'datastore')) {
    statefulTypes.forEach((type) => expect(resourcesOf(templatesOf(environment)[stack], type)).toEqual({}));
  }
});

test('where data is kept, buckets stay, the datastore leaves a snapshot, and the stack refuses to be deleted', () => {
  const policies = Object.values(stateful('prod')).map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => [Type, DeletionPolicy, UpdateReplacePolicy]);
  expect(policies.sort()).toEqual([
    ['AWS::ElastiCache::ReplicationGroup', 'Snapshot', 'Snapshot'],
    ['AWS::S3::Bucket', 'Retain', 'Retain'],
    ['AWS::S3::Bucket', 'Retain', 'Retain'],
  ]);
  expect(Object.values(stateful('serverless')).find(({ Type }) => Type === 'AWS::ElastiCache::ServerlessCache')?.Properties.FinalSnapshotName).toBe('frocket-serverless-final');
  const datastore = appOf('prod').synth().getStackByName('frocket-prod-datastore');
  expect(datastore.terminationProtection).toBe(true);
});

test('where it is not, everything goes, buckets with their objects', () => {
  expect(Object.values(stateful('default')).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Delete', 'Delete', 'Delete']);
  expect(Object.keys(resourcesOf(templatesOf('default').datastore, 'Custom::S3AutoDeleteObjects'))).toHaveLength(2);
  const retained = stackNames.flatMap((stack) => Object.entries(templatesOf('default')[stack].Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain'));
  expect(retained.map(([id]) => id)).toEqual([]);
});

test.each(environmentNames)('%s: buckets are private, encrypted, versioned, and over TLS only', (environment) => {
  const template = templatesOf(environment).datastore;
  for (const [id, { Properties }] of Object.entries(resourcesOf(template, 'AWS::S3::Bucket'))) {
    expect(Properties).not.toHaveProperty('BucketName');
    expect(Properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    const policy = Object.values(resourcesOf(template, 'AWS::S3::BucketPolicy')).find(({ Properties: { Bucket } }) => JSON.stringify(Bucket).includes(id));
    expect(JSON.stringify(policy)).toContain('"Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"');
  }
});
