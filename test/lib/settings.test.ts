import { readSettings } from '../../lib/read-settings';
import type { EnvironmentFile } from '../../lib/config';

const lake = { sources: [{ bucket: 'lake', prefixes: ['events/'] }] };

const refusals: readonly [string, unknown, string][] = [
  ['a number beyond its bound', { datasets: lake, worker: { memoryMegabytes: 20_480 } }, 'worker.memoryMegabytes is 20480: it should be at most 10240.'],
  ['a number below its bound', { datasets: lake, worker: { timeoutSeconds: 0 } }, 'worker.timeoutSeconds is 0: it should be at least 3.'],
  ['a fraction', { datasets: lake, api: { burst: 1.5 } }, 'api.burst is 1.5: it should be a whole number.'],
  ['a value of another type', { datasets: lake, keepData: 'yes' }, 'keepData is "yes": it should be of type boolean.'],
  ['a misspelled setting', { datasets: lake, worker: { memory: 1024 } }, 'worker.memory is not a setting'],
  ['an unknown authorization', { datasets: lake, api: { authorization: 'none' } }, 'api.authorization is "none": it should be "iam" or "apiKey".'],
  ['an unknown kind of datastore', { datasets: lake, datastore: { kind: 'cluster' } }, 'datastore.kind is "cluster": it should be "nodes" or "serverless".'],
  ['a node type that is not Graviton', { datasets: lake, datastore: { kind: 'nodes', nodeType: 'cache.m5.large' } }, 'datastore.nodeType is "cache.m5.large": it should be a Graviton node type'],
  ['no datasets at all', {}, 'datasets is missing'],
  ['nothing to query', { datasets: {} }, 'datasets.sources is missing: it should name a bucket, unless datasets.ownBucket is true'],
  ['a prefix with a wildcard', { datasets: { sources: [{ bucket: 'lake', prefixes: ['*'] }] } }, 'datasets.sources.0.prefixes.0 is "*": it should end with /'],
  ['a bucket without prefixes', { datasets: { sources: [{ bucket: 'lake', prefixes: [] }] } }, 'datasets.sources.0.prefixes is []: it should have at least 1.'],
  ['keys where IAM decides', { datasets: lake, api: { keys: ['a'] } }, 'api.keys is ["a"]: it should be empty, since api.authorization is iam.'],
  ['no keys where they decide', { datasets: lake, api: { authorization: 'apiKey' } }, 'api.keys is missing: it should name at least one key'],
  ['more endpoint zones than zones', { datasets: lake, endpointZones: 3 }, 'endpointZones is 3: it should be at most the number of zones, 2.'],
  ['a task that outlives its query', { datasets: lake, worker: { timeoutSeconds: 90 } }, 'worker.timeoutSeconds is 90: it should be at most queries.runTimeoutSeconds, 60'],
  ['queries that end before a queue worker starts', { datasets: lake, queueWorkers: {} }, 'queries.runTimeoutSeconds is missing: it should be at least 300, since queueWorkers.least is 0'],
  ['more queue workers at least than at most', { datasets: lake, queueWorkers: { least: 11 } }, 'queueWorkers.least is 11: it should be at most queueWorkers.most, 10.'],
  ['a schedule that is none', { datasets: lake, prebaked: [{ name: 'a', dataset: 'shop', query: {}, schedule: 'daily' }] }, 'prebaked.0.schedule is "daily": it should be a rate or cron expression'],
  ['two queries of one name', { datasets: lake, prebaked: ['rate(1 day)', 'rate(2 days)'].map((schedule) => ({ name: 'a', dataset: 'shop', query: {}, schedule })) }, 'it should not name a query twice.'],
  ['a private API with a domain', { datasets: lake, api: { private: true, domain: { name: 'q.example.com', hostedZoneId: 'Z1', hostedZoneName: 'example.com' } } }, 'api.domain is {'],
  ['a domain outside its zone', { datasets: lake, api: { domain: { name: 'q.example.org', hostedZoneId: 'Z1', hostedZoneName: 'example.com' } } }, 'api.domain.name is "q.example.org": it should lie in the hosted zone example.com.'],
  ['subnets in one zone', { datasets: lake, network: { kind: 'existing', vpcId: 'vpc-1', cidr: '10.0.0.0/16', subnets: [{ id: 'subnet-1', availabilityZone: 'eu-west-1a' }, { id: 'subnet-2', availabilityZone: 'eu-west-1a' }] } }, 'it should lie in different availability zones.'],
];

test.each(refusals)('refuses %s, naming setting, value and what is right', (_, file, message) => {
  expect(() => readSettings('test', file)).toThrow(message);
});

test('names every wrong setting at once, and the file', () => {
  const wrong = () => readSettings('test', { datasets: lake, worker: { memoryMegabytes: 1 }, api: { burst: 0 } });
  expect(wrong).toThrow('environments/test.ts:');
  expect(wrong).toThrow('worker.memoryMegabytes');
  expect(wrong).toThrow('api.burst');
});

test('refuses an environment name that AWS would refuse in resource names', () => {
  expect(() => readSettings('Prod_EU', { datasets: lake })).toThrow("The environment 'Prod_EU' should be named by");
});

test('defaults keep data, expose nothing and cost least', () => {
  const file: EnvironmentFile = { datasets: lake };
  expect(readSettings('test', file)).toMatchObject({
    keepData: true,
    prefix: 'frocket-test',
    endpointZones: 1,
    api: { authorization: 'iam', private: false, keys: [] },
    datastore: { kind: 'nodes', nodeType: 'cache.t4g.micro', replicas: 1 },
    worker: { memoryMegabytes: 1769, timeoutSeconds: 30, ephemeralStorageMegabytes: 512 },
  });
});
