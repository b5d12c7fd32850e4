import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServerResponse } from 'node:http';
import { readSettings } from '../../lib/read-settings';
import type { EnvironmentFile } from '../../lib/config';
import { diagnose } from '../../scripts/doctor/diagnose';
import type { Finding } from '../../scripts/doctor/finding';
import { formAnswer, formRefusal, lambdaRefusal, s3Refusal, startAws } from './aws-stand-in';
import type { AwsAnswer, AwsStandIn } from './aws-stand-in';
import { calls, functionAnswer, healthyAnswers, listingAnswer, publicAccessAnswer, replicationGroupAnswer, serverlessCache, stackAnswer } from './deployment-stand-in';
import { startGateway } from './gateway-stand-in';
import type { Gateway } from './gateway-stand-in';
import { frocket, serve } from './run-frocket';
import type { Serving } from './run-frocket';
import { makeSampleFolder } from './sample-folder';
import type { SampleFolder } from './sample-folder';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const region = 'eu-west-1';
const ownBucket: EnvironmentFile = { keepData: false, datasets: { ownBucket: true } };

let sample: SampleFolder;
let serving: Serving;
let aws: AwsStandIn;
let gateway: Gateway;
let surroundings: Record<string, string>;
const before = { ...process.env };
const gateways: Gateway[] = [];

/** An API that answers this, whatever it is asked. */
async function apiThat(answers: (response: ServerResponse) => void): Promise<string> {
  const made = await startGateway({ upstream: serving.url, keys, region, instead: answers });
  gateways.push(made);
  return made.url;
}

function json(status: number, body: unknown): (response: ServerResponse) => void {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

beforeAll(async () => {
  sample = await makeSampleFolder();
  serving = await serve(['--data-dir', path.join(sample.folder, 'served'), '--root', sample.dataset]);
  await frocket(['register', 'shop', sample.dataset, 'user_id', 'timestamp', '--api', serving.url]);
  await frocket(['register', 'smaller', sample.dataset, 'user_id', 'timestamp', '--pattern', 'part-00000*', '--api', serving.url]);
  gateway = await startGateway({ upstream: serving.url, keys, region });
  gateways.push(gateway);
  aws = await startAws();
  surroundings = {
    AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_REGION: region, AWS_MAX_ATTEMPTS: '1',
    AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(['CLOUDFORMATION', 'ELASTICACHE', 'LAMBDA', 'S3', 'STS'].map((service) => [`AWS_ENDPOINT_URL_${service}`, aws.url])),
  };
  Object.assign(process.env, surroundings);
  delete process.env.AWS_PROFILE;
  delete process.env.AWS_SESSION_TOKEN;
}, 120_000);

afterAll(async () => {
  process.env = before;
  gateways.forEach((made) => made.stop());
  aws.stop();
  await serving.stop();
  await sample.remove();
});

beforeEach(() => play({}));

/** A deployment that is well, but for these answers. */
function play(different: Readonly<Record<string, AwsAnswer>>, apiUrl = gateway.url, environment = 'default'): void {
  aws.answers.clear();
  [...healthyAnswers(apiUrl, environment), ...Object.entries(different)].forEach(([call, answer]) => aws.answers.set(call, answer));
}

async function findings(file: EnvironmentFile = ownBucket, apiKey?: string): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of diagnose(readSettings('default', file), apiKey)) {
    found.push(finding);
  }
  return found;
}

/** All that is not well. */
async function complaints(file?: EnvironmentFile, apiKey?: string): Promise<Finding[]> {
  return (await findings(file, apiKey)).filter(({ outcome }) => outcome !== 'ok');
}

test('a deployment that is well passes each check, in the order that they need each other', async () => {
  const found = await findings();
  expect(found.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  expect(found.map(({ check }) => check)).toEqual([
    'credentials', 'stack', 'stack', 'stack', 'stack', 'datastore', 'state', 'datasets', 'worker', 'invoker', 'api', 'registry', 'tasks',
  ]);
  const told = (name: string) => found.find(({ check }) => check === name)?.message;
  expect(told('credentials')).toBe('Account 111122223333, region eu-west-1.');
  expect(told('datastore')).toContain('valkey over TLS, 2 nodes, Multi-AZ with failover, at frd1.cache.example');
  expect(told('datasets')).toBe('s3://dataset-bucket/ holds 1 Parquet files.');
  expect(told('worker')).toContain('worker-log');
  expect(told('registry')).toContain('2 datasets are registered');
  // The dataset of fewest parts was counted.
  expect(told('tasks')).toMatch(/rows of 'smaller': 1 task,/);
});

const denied = formRefusal('AccessDenied', 'User is not authorized', 403);

describe('each thing that is wrong is named, with what to do', () => {
  test.each<[string, string, AwsAnswer, Finding['outcome'], string, string]>([
    ['stack', calls.stack('worker'), stackAnswer({ WorkerFunctionName: 'worker-1' }, 'UPDATE_ROLLBACK_COMPLETE'), 'warning', 'its last deployment, which failed', 'npm run deploy'],
    ['stack', calls.stack('worker'), stackAnswer({ WorkerFunctionName: 'worker-1' }, 'UPDATE_IN_PROGRESS'), 'warning', 'UPDATE_IN_PROGRESS', 'when its deployment has ended'],
    ['stack', calls.stack('network'), stackAnswer({}, 'UPDATE_ROLLBACK_FAILED'), 'failed', 'UPDATE_ROLLBACK_FAILED', 'npm run deploy'],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ Status: 'creating' }), 'failed', 'is creating', 'wait'],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ Status: 'snapshotting' }), 'warning', 'is snapshotting', 'serves meanwhile'],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ TransitEncryptionEnabled: false }), 'failed', 'without TLS', ''],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ AtRestEncryptionEnabled: false }), 'warning', 'not encrypted at rest', ''],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ UserGroupIds: [] }), 'failed', 'no user group', 'cannot sign in'],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ MultiAZ: 'disabled' }), 'warning', 'not Multi-AZ', 'deploy again'],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ AutomaticFailover: 'disabling' }), 'warning', 'automatic failover', 'deploy again'],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ MemberClusters: ['frd1-001'] }), 'warning', 'has 1 nodes', 'the settings want 2'],
    ['datastore', calls.replicationGroup, replicationGroupAnswer({ NodeGroups: [] }), 'failed', 'is at none', 'frd1.cache.example'],
    ['datastore', calls.replicationGroup, formRefusal('ReplicationGroupNotFoundFault', 'not found', 404), 'failed', 'There is no replication group frd1', 'Destroy and deploy again'],
    ['datastore', calls.replicationGroup, formAnswer('DescribeReplicationGroups', { ReplicationGroups: [] }), 'failed', 'knows no replication group frd1', 'Destroy and deploy again'],
    ['datastore', calls.replicationGroup, denied, 'failed', 'elasticache:DescribeReplicationGroups', 'AWS_PROFILE'],
    ['datastore', calls.replicationGroup, formRefusal('Throttling', 'Rate exceeded'), 'failed', 'asked too often', 'try again'],
    ['datastore', calls.replicationGroup, formRefusal('InternalFailure', 'Oh.', 500), 'failed', 'InternalFailure (Oh.)', ''],
    ['state', calls.publicAccess, publicAccessAnswer({ RestrictPublicBuckets: false }), 'failed', 'does not block all public access', 'set it back'],
    ['state', calls.publicAccess, s3Refusal('NoSuchPublicAccessBlockConfiguration', 404), 'failed', 'does not block all public access', 'set it back'],
    ['state', calls.versioning, { status: 200, body: '<VersioningConfiguration/>' }, 'warning', 'no old versions', 'set it back'],
    ['state', calls.encryption, s3Refusal('ServerSideEncryptionConfigurationNotFoundError', 404), 'warning', 'no encryption by default', 'set it back'],
    ['state', calls.publicAccess, s3Refusal('NoSuchBucket', 404), 'failed', 'There is no bucket state-bucket', 'Destroy and deploy again'],
    ['state', calls.encryption, s3Refusal('AccessDenied', 403), 'failed', 's3:GetEncryptionConfiguration on bucket state-bucket', 'AWS_PROFILE'],
    ['datasets', calls.listing('dataset-bucket', ''), listingAnswer(['readme.txt']), 'warning', 'holds no Parquet file', 'put some there'],
    ['datasets', calls.listing('dataset-bucket', ''), listingAnswer(['readme.txt'], true), 'warning', '1,000 other objects', 'put some there'],
    ['datasets', calls.listing('dataset-bucket', ''), s3Refusal('AccessDenied', 403), 'warning', 's3:ListBucket', 'of their own'],
    ['datasets', calls.listing('dataset-bucket', ''), s3Refusal('NoSuchBucket', 404), 'failed', 'There is no bucket dataset-bucket', ''],
    ['worker', calls.worker, functionAnswer({ State: 'Failed', StateReason: 'The subnet is gone' }), 'failed', 'The subnet is gone', 'deploy again'],
    ['worker', calls.worker, functionAnswer({ State: 'Inactive' }), 'warning', 'is inactive', 'wakes it'],
    ['worker', calls.worker, functionAnswer({ State: 'Pending' }), 'warning', 'being created', 'ask again'],
    ['worker', calls.worker, functionAnswer({ LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'The key is gone' }), 'failed', 'The key is gone', 'deploy again'],
    ['invoker', calls.invoker, functionAnswer({ LastUpdateStatus: 'InProgress' }), 'warning', 'being updated', 'ask again'],
    ['invoker', calls.invoker, functionAnswer({ Layers: [] }), 'failed', 'has no layer', 'deploy again'],
    ['invoker', calls.invoker, lambdaRefusal('ResourceNotFoundException', 404), 'failed', 'There is no function invoker-1', ''],
    ['invoker', calls.invoker, lambdaRefusal('AccessDeniedException', 403), 'failed', 'lambda:GetFunctionConfiguration on function invoker-1', 'AWS_PROFILE'],
  ])('%s: %s', async (check, call, answer, outcome, wrong, advice) => {
    play({ [call]: answer });
    const found = await complaints();
    expect(found).toEqual([{ check, outcome, message: expect.stringContaining(wrong) as unknown }]);
    expect(found[0].message).toContain(advice);
    expect(found[0].message).not.toContain('\n');
  });

  test('a serverless cache is judged by its own rules', async () => {
    const file: EnvironmentFile = { ...ownBucket, datastore: { kind: 'serverless' } };
    expect(await complaints(file)).toEqual([]);
    for (const [different, wrong] of [[{ Status: 'create-failed' }, 'is create-failed'], [{ UserGroupId: '' }, 'no user group'], [{ Endpoint: { Address: 'other' } }, 'is at other']] as const) {
      play({ [calls.serverlessCache]: formAnswer('DescribeServerlessCaches', { ServerlessCaches: [{ ...serverlessCache, ...different }] }) });
      expect(await complaints(file)).toEqual([{ check: 'datastore', outcome: 'failed', message: expect.stringContaining(wrong) as unknown }]);
    }
  });

  test('no failover is as it should be where the settings want none', async () => {
    play({ [calls.replicationGroup]: replicationGroupAnswer({ MultiAZ: 'disabled', AutomaticFailover: 'disabled', MemberClusters: ['frd1-001'] }) });
    expect(await complaints({ ...ownBucket, datastore: { kind: 'nodes', replicas: 0 } })).toEqual([]);
  });

  test('each prefix of each source is looked at', async () => {
    play({ [calls.listing('lake', 'events/')]: listingAnswer(['events/a.parquet']), [calls.listing('lake', 'old/')]: listingAnswer([]) });
    const found = await findings({ datasets: { sources: [{ bucket: 'lake', prefixes: ['events/', 'old/'] }] } });
    expect(found.filter(({ check }) => check === 'datasets').map(({ outcome, message }) => [outcome, message.split(' ')[0]])).toEqual([['ok', 's3://lake/events/'], ['warning', 's3://lake/old/']]);
  });
});

describe('what nothing else can do without ends the examination', () => {
  test.each<[string, string, AwsAnswer, string]>([
    ['credentials', calls.identity, formRefusal('InvalidClientTokenId', 'The security token included in the request is invalid', 403), 'security token'],
    ['stack', calls.stack('network'), formRefusal('ValidationError', 'Stack with id frocket-default-network does not exist'), 'npm run deploy -- --env default'],
    ['stack', calls.stack('query-api'), formRefusal('ValidationError', 'Stack does not exist'), 'no stack frocket-default-query-api in eu-west-1'],
    ['stack', calls.stack('network'), denied, 'cloudformation:DescribeStacks on stack frocket-default-network'],
  ])('%s: %s', async (check, call, answer, told) => {
    play({ [call]: answer });
    const found = await findings();
    expect(found.at(-1)).toEqual({ check, outcome: 'failed', message: expect.stringContaining(told) as unknown });
    expect(found.filter(({ outcome }) => outcome !== 'ok')).toHaveLength(1);
  });

  test("another account's credentials", async () => {
    expect(await findings({ ...ownBucket, account: '999999999999' })).toEqual([{ check: 'credentials', outcome: 'failed', message: expect.stringContaining('999999999999') as unknown }]);
  });

  test('an output that is not there is told where it is needed', async () => {
    play({ [calls.stack('query-api')]: stackAnswer({ InvokerFunctionName: 'invoker-1' }, 'CREATE_IN_PROGRESS') });
    expect((await complaints()).map(({ check, outcome }) => [check, outcome])).toEqual([['stack', 'warning'], ['api', 'failed']]);
  });

  test('AWS out of reach', async () => {
    const { AWS_ENDPOINT_URL_CLOUDFORMATION: kept } = process.env;
    process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = 'http://127.0.0.1:1';
    const found = await findings().finally(() => (process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = kept));
    expect(found.at(-1)).toEqual({ check: 'stack', outcome: 'failed', message: expect.stringMatching(/AWS cannot be reached.*ECONNREFUSED/) as unknown });
  });
});

describe('the API as a whole', () => {
  test('lets the caller in, or the check says what is missing', async () => {
    play({}, await apiThat(json(403, { Message: 'User: u is not authorized to perform: execute-api:Invoke on resource: a' })));
    expect(await complaints()).toEqual([{ check: 'api', outcome: 'failed', message: expect.stringContaining('CallerPolicyArn') as unknown }]);
  });

  test('that is private says from where to ask', async () => {
    play({}, 'http://127.0.0.1:1/v1/');
    const [finding] = await complaints({ ...ownBucket, api: { private: true } });
    expect(finding).toMatchObject({ check: 'api', outcome: 'failed', message: expect.stringContaining('from within its VPC') as unknown });
  });

  test('that takes keys needs one', async () => {
    const file: EnvironmentFile = { ...ownBucket, api: { authorization: 'apiKey', keys: ['k'] } };
    play({}, `${serving.url}/`);
    expect(await complaints(file)).toEqual([{ check: 'api', outcome: 'failed', message: expect.stringContaining('FROCKET_API_KEY') as unknown }]);
    expect(await complaints(file, 'secret')).toEqual([]);
  });

  test('that cannot read the registry fails there, and no task is tried', async () => {
    const refusal = { success: false, errorKind: 'INTERNAL', errorMessage: 'Internal error. The log has it.', requestId: 'r-1' };
    let asked = 0;
    play({}, await apiThat((response) => (asked++ === 0 ? json(200, { success: true, status: 'OK' }) : json(500, refusal))(response)));
    expect(await complaints()).toEqual([{ check: 'registry', outcome: 'failed', message: expect.stringContaining('Internal error. The log has it.') as unknown }]);
  });

  test('without a dataset says how to register one', async () => {
    play({}, await apiThat((response) => json(200, [])(response)));
    const found = await complaints();
    expect(found).toEqual([{ check: 'tasks', outcome: 'warning', message: expect.stringContaining('npx frocket register') as unknown }]);
  });

  test('whose worker fails its task says so', async () => {
    const dataset = { id: { name: 'shop', registeredAt: '' }, basepath: 's3://b', totalParts: 3, groupIdColumn: 'u', timestampColumn: 't' };
    const answers = [{ success: true, status: 'OK' }, [dataset], { success: false, errorKind: 'TASK_FAILED', errorMessage: "'s3://b/p' cannot be read: S3 answered AccessDenied", requestId: 'r' }];
    play({}, await apiThat((response) => json(200, answers.shift())(response)));
    expect(await complaints()).toEqual([{ check: 'tasks', outcome: 'failed', message: expect.stringContaining('S3 answered AccessDenied') as unknown }]);
  });
});

describe('npx frocket doctor', () => {
  const env = () => ({ ...surroundings });

  test('prints a line per check, and ends with 0 where none failed', async () => {
    const { code, stdout } = await frocket(['doctor'], { env: env() });
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(13);
    expect(lines.every((line) => /^ok {7}[a-z]+ +\S.*\.$/.test(line))).toBe(true);
  });

  test('ends with 6 where one failed, also with --json', async () => {
    play({ [calls.worker]: functionAnswer({ State: 'Failed' }) });
    const text = await frocket(['doctor', '--env', 'default'], { env: env() });
    expect(text.code).toBe(6);
    expect(text.stdout).toMatch(/^failed +worker /m);
    expect(text.stdout).toContain('1 check failed.');
    const asJson = await frocket(['doctor', '--json'], { env: env() });
    expect(asJson.code).toBe(6);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ success: false, environment: 'default', checks: expect.arrayContaining([expect.objectContaining({ check: 'worker', outcome: 'failed' })]) as unknown });
  });

  test('reads the environment file of the repository that it is called in, and looks in the region it is told', async () => {
    const repository = path.join(sample.folder, 'repository');
    await mkdir(path.join(repository, 'environments'), { recursive: true });
    await writeFile(path.join(repository, 'cdk.json'), '{}');
    await writeFile(path.join(repository, 'environments', 'trial.ts'), "const product: string = 'frocket';\nexport default { product, region: 'us-east-1', datasets: { ownBucket: true } };\n");
    await writeFile(path.join(repository, 'environments', 'wrong.ts'), 'export default { regoin: 1 };\n');
    play({}, gateway.url, 'trial');
    const well = await frocket(['doctor', '--env', 'trial', '--region', region], { env: env(), cwd: repository });
    expect(well).toMatchObject({ code: 0, stdout: expect.stringContaining('region eu-west-1') as unknown });
    const wrong = await frocket(['doctor', '--env', 'wrong'], { env: env(), cwd: repository });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('regoin is not a setting') as unknown });
  });

  test.each([[['--env', 'nowhere'], "no environment 'nowhere'"], [['--region', 'Mars'], 'an AWS region such as eu-west-1']])('%p is wrong use', async (args, hint) => {
    const { code, stderr } = await frocket(['doctor', ...args], { env: env() });
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });
});
