import type { EnvironmentFile } from '../../lib/config';
import defaultFile from '../../environments/default';
import productionFile from '../../environments/prod';

const lake = { sources: [{ bucket: 'example-lake', prefixes: ['events/', 'archive/2026/'], kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555' }] };

/** Each way that the templates can differ, by the name of its environment. */
export const environments = {
  default: defaultFile,
  prod: productionFile,
  minimal: {
    keepData: false,
    datastore: { kind: 'nodes', replicas: 0, snapshotDays: 0 },
    datasets: { sources: [{ bucket: 'example-lake', prefixes: ['events/'] }] },
    observability: { dashboard: false, alarms: false },
  },
  explicit: { account: '111122223333', region: 'eu-west-1', network: { kind: 'new', zones: 3 }, endpointZones: 3, datasets: lake, worker: { reservedConcurrency: 200 }, tags: { team: 'insight' } },
  existing: {
    network: {
      kind: 'existing',
      vpcId: 'vpc-0a1b2c3d',
      cidr: '10.0.0.0/16',
      subnets: [
        { id: 'subnet-0a1b2c3d', availabilityZone: 'eu-west-1a', routeTableId: 'rtb-0a1b2c3d' },
        { id: 'subnet-1a1b2c3d', availabilityZone: 'eu-west-1b', routeTableId: 'rtb-1a1b2c3d' },
      ],
    },
    datasets: lake,
  },
  serverless: { datastore: { kind: 'serverless' }, datasets: lake, observability: { alarmEmail: 'operators@example.com' } },
  keys: { api: { authorization: 'apiKey', keys: ['dashboard', 'notebooks'] }, datasets: lake, observability: { alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alarms' } },
  private: { api: { private: true }, datasets: lake },
  workers: { queueWorkers: { most: 20, spotPercent: 80 }, queries: { runTimeoutSeconds: 600 }, datasets: lake, keepData: false },
  prebaked: {
    prebaked: [
      { name: 'daily', dataset: 'shop', query: { query: { conditions: [{ filter: ['event', '==', 'purchase'] }] } }, schedule: 'cron(0 6 * * ? *)' },
      { name: 'often', dataset: 'shop', query: {}, schedule: 'rate(15 minutes)' },
    ],
    datasets: lake,
  },
  domain: { api: { domain: { name: 'queries.example.com', hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' } }, datasets: lake },
} as const satisfies Record<string, EnvironmentFile>;

export type EnvironmentName = keyof typeof environments;
export const environmentNames = Object.keys(environments) as EnvironmentName[];
