import { formAnswer, xml } from './aws-stand-in';
import type { AwsAnswers } from './aws-stand-in';

export const replicationGroup = {
  ReplicationGroupId: 'frd1',
  Status: 'available',
  Engine: 'valkey',
  MemberClusters: ['frd1-001', 'frd1-002'],
  NodeGroups: [{ NodeGroupId: '0001', PrimaryEndpoint: { Address: 'frd1.cache.example', Port: 6379 } }],
  AutomaticFailover: 'enabled',
  MultiAZ: 'enabled',
  TransitEncryptionEnabled: true,
  AtRestEncryptionEnabled: true,
  UserGroupIds: ['frocket-users'],
};

export const serverlessCache = {
  ServerlessCacheName: 'frd1',
  Status: 'available',
  Engine: 'valkey',
  FullEngineVersion: '8.0',
  Endpoint: { Address: 'frd1.cache.example', Port: 6379 },
  UserGroupId: 'frocket-users',
};

export const workerConfiguration = {
  FunctionName: 'worker-1',
  State: 'Active',
  LastUpdateStatus: 'Successful',
  Layers: [{ Arn: 'arn:aws:lambda:eu-west-1:111122223333:layer:packages:1' }],
  LoggingConfig: { LogGroup: 'worker-log' },
};

export const calls = {
  identity: 'GetCallerIdentity',
  stack: (name: string, environment = 'default') => `DescribeStacks frocket-${environment}-${name}`,
  replicationGroup: 'DescribeReplicationGroups frd1',
  serverlessCache: 'DescribeServerlessCaches frd1',
  worker: 'GET /2015-03-31/functions/worker-1/configuration',
  invoker: 'GET /2015-03-31/functions/invoker-1/configuration',
  publicAccess: 'GET /state-bucket/?publicAccessBlock=',
  versioning: 'GET /state-bucket/?versioning=',
  encryption: 'GET /state-bucket/?encryption=',
  listing: (bucket: string, prefix: string) => `GET /${bucket}/?list-type=2&max-keys=1000&prefix=${encodeURIComponent(prefix)}`,
} as const;

export function stackAnswer(outputs: Readonly<Record<string, string>>, status = 'CREATE_COMPLETE') {
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  return formAnswer('DescribeStacks', { Stacks: [{ StackName: 'a', StackStatus: status, CreationTime: '2026-11-01T00:00:00Z', Outputs }] });
}

export function replicationGroupAnswer(different: Partial<typeof replicationGroup>) {
  return formAnswer('DescribeReplicationGroups', { ReplicationGroups: [{ ...replicationGroup, ...different }] });
}

export function functionAnswer(different: Readonly<Record<string, unknown>> = {}) {
  return { status: 200, body: JSON.stringify({ ...workerConfiguration, ...different }) };
}

const publicAccess = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const encryptionRule = '<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>';

export function publicAccessAnswer(different: Partial<typeof publicAccess> = {}) {
  return { status: 200, body: xml({ PublicAccessBlockConfiguration: { ...publicAccess, ...different } }) };
}

export function listingAnswer(keys: readonly string[], truncated = false) {
  const contents = keys.map((Key) => xml({ Contents: { Key, Size: 1 } })).join('');
  return { status: 200, body: `<ListBucketResult><IsTruncated>${truncated}</IsTruncated>${contents}</ListBucketResult>` };
}

/** All answers of a deployment of `environment` that is well, with its API at `apiUrl`. */
export function healthyAnswers(apiUrl: string, environment = 'default'): AwsAnswers {
  return new Map([
    [calls.identity, formAnswer('GetCallerIdentity', { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/operator', UserId: 'U' })],
    [calls.stack('network', environment), stackAnswer({})],
    [calls.stack('datastore', environment), stackAnswer({ DatastoreName: 'frd1', DatastoreEndpoint: 'frd1.cache.example', StateBucketName: 'state-bucket', DatasetBucketName: 'dataset-bucket' })],
    [calls.stack('worker', environment), stackAnswer({ WorkerFunctionName: 'worker-1' }, 'UPDATE_COMPLETE')],
    [calls.stack('query-api', environment), stackAnswer({ ApiUrl: apiUrl, InvokerFunctionName: 'invoker-1' })],
    [calls.replicationGroup, replicationGroupAnswer({})],
    [calls.serverlessCache, formAnswer('DescribeServerlessCaches', { ServerlessCaches: [serverlessCache] })],
    [calls.worker, functionAnswer()],
    [calls.invoker, functionAnswer({ FunctionName: 'invoker-1' })],
    [calls.publicAccess, publicAccessAnswer()],
    [calls.versioning, { status: 200, body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>' }],
    [calls.encryption, { status: 200, body: `<ServerSideEncryptionConfiguration>${encryptionRule}</ServerSideEncryptionConfiguration>` }],
    [calls.listing('dataset-bucket', ''), listingAnswer(['shop/part-0.parquet', 'shop/_SUCCESS'])],
  ]);
}
