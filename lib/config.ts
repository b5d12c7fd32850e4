import { z } from 'zod';
import { requiredFunctionTime, startupAllowance, workersStartSeconds } from './limits';

/**
 * Every setting of a deployment. The defaults cost least and expose nothing; each description says what a setting does
 * and, where it costs, what it costs. The table in docs/operating.md is printed from here.
 */

const flag = z.boolean();
const count = (least: number, most: number) => z.number().int().min(least).max(most);
const availabilityZone = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'should be an availability zone such as eu-west-1a');
const arn = (service: string) => z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `should be an ARN that starts with arn:aws:${service}:`);

const newNetwork = z.strictObject({
  kind: z.literal('new'),
  cidr: z.string().regex(/^\d+\.\d+\.\d+\.\d+\/(1[6-9]|2[0-4])$/, 'should be an address range of /16 to /24 such as 10.42.0.0/16')
    .default('10.42.0.0/16').describe('Address range of the VPC. Free.'),
  zones: count(2, 3).default(2).describe('Availability zones with an isolated subnet. Free.'),
  flowLogs: flag.default(false).describe('Log of refused and accepted connections; $0.50 per GB of log.'),
});

const existingNetwork = z.strictObject({
  kind: z.literal('existing'),
  vpcId: z.string().regex(/^vpc-[0-9a-f]+$/, 'should be a VPC ID such as vpc-0a1b2c').describe('The VPC to use instead of a new one.'),
  cidr: z.string().regex(/^\d+\.\d+\.\d+\.\d+\/\d+$/, 'should be an address range such as 10.0.0.0/16').describe('Its address range.'),
  subnets: z.array(z.strictObject({
    id: z.string().regex(/^subnet-[0-9a-f]+$/, 'should be a subnet ID such as subnet-0a1b2c'),
    availabilityZone,
    routeTableId: z.string().regex(/^rtb-[0-9a-f]+$/, 'should be a route table ID such as rtb-0a1b2c').optional()
      .describe('Where given for every subnet, an S3 gateway endpoint is added; otherwise the VPC must have one.'),
  })).min(2).describe('Subnets in different zones for functions, datastore and endpoints.'),
  lambdaEndpoint: flag.default(true).describe('Whether to create the interface endpoint for Lambda; false where the VPC has one or has a way out.'),
  containerEndpoints: flag.default(true).describe('Whether to create those that queueWorkers need (ecr.api, ecr.dkr, logs); false where the VPC has them or has a way out.'),
});

const network = z.discriminatedUnion('kind', [newNetwork, existingNetwork], 'should be "new" or "existing"').prefault({ kind: 'new' });

const snapshotDays = count(0, 35).default(1).describe('Days that daily snapshots are kept; $0.085 per GB-month.');

const nodes = z.strictObject({
  kind: z.literal('nodes'),
  nodeType: z.string().regex(/^cache\.(t4g|m6g|m7g|r6g|r7g)\.(micro|small|medium|large|\d*xlarge)$/, 'should be a Graviton node type such as cache.t4g.micro')
    .default('cache.t4g.micro').describe('Node type; cache.t4g.micro is $9.34 a month each (Valkey).'),
  replicas: count(0, 5).default(1).describe('Replicas, in other zones than the primary; each costs as much as the primary. 0 gives up failover.'),
  snapshotDays,
});

const serverless = z.strictObject({
  kind: z.literal('serverless'),
  maxStorageGigabytes: count(1, 5000).default(1).describe('Most data kept; $0.084 per GB-hour used, least 100 MB.'),
  maxUnitsPerSecond: count(1000, 15_000_000).default(5000).describe('Most processing units (ECPU) per second; $0.0023 per million.'),
  snapshotDays,
});

const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'should be a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens');

const datasetSource = z.strictObject({
  bucket: bucketName,
  prefixes: z.array(z.string().regex(/^(?!\/)[^*?]*\/$/, 'should end with / and not start with it, without wildcards, such as events/'))
    .min(1).describe('The only prefixes that can be listed and read.'),
  kmsKeyArn: arn('kms').optional().describe('Key that the objects are encrypted with, where it is not S3\'s own.'),
});

const domain = z.strictObject({
  name: z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'should be a host name such as queries.example.com'),
  hostedZoneId: z.string().regex(/^Z[A-Z0-9]+$/, 'should be a hosted zone ID such as Z0123ABC'),
  hostedZoneName: z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'should be a domain such as example.com'),
});

const retention = z.union([1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 731].map((days) => z.literal(days)), 'should be 1, 3, 5, 7, 14, 30, 60, 90, 180, 365 or 731');

export const environmentSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'should be 12 digits').optional().describe('AWS account; default: that of the credentials in use.'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'should be a region such as eu-west-1').optional().describe('AWS region; default: that of the credentials in use.'),
  product: z.string().regex(/^[a-z](?:-?[a-z0-9]){1,14}$/, 'should be 2 to 15 lower-case letters, digits and single hyphens')
    .default('frocket').describe('First part of the names of stacks and datastore users.'),
  keepData: flag.default(true).describe('Whether stacks with data are protected, and data outlives them: buckets are kept, the datastore leaves a last snapshot. false: destroy removes everything.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of every resource.'),
  network,
  endpointZones: count(1, 3).default(1).describe('Zones with the Lambda interface endpoint; $7.30 a month each, plus $0.01 per GB.'),
  datastore: z.discriminatedUnion('kind', [nodes, serverless], 'should be "nodes" or "serverless"').prefault({ kind: 'nodes' }),
  datasets: z.strictObject({
    sources: z.array(datasetSource).default([]).describe('Existing buckets with Parquet files. Read only.'),
    ownBucket: flag.default(false).describe('Whether the product makes a bucket for datasets; $0.023 per GB-month stored.'),
  }),
  worker: z.strictObject({
    memoryMegabytes: count(512, 10_240).default(1769).describe('Memory; 1,769 MB come with one full vCPU. $0.0000133334 per GB-second.'),
    timeoutSeconds: count(3, 900).default(30).describe('Time that a task may take.'),
    ephemeralStorageMegabytes: count(512, 10_240).default(512).describe('Room in /tmp, most of it for the part cache; 512 MB are free, beyond $0.0000000309 per GB-second.'),
    reservedConcurrency: count(1, 100_000).optional().describe('Most workers at once, taken from the account\'s quota; default: no bound but the account\'s.'),
  }).prefault({}),
  queries: z.strictObject({
    memoryMegabytes: count(512, 10_240).default(1769).describe('Memory of the invoker; 1,769 MB come with one full vCPU, which launching and merging take. $0.0000133334 per GB-second.'),
    runTimeoutSeconds: count(5, 840).default(60).describe('Time that a query may take, retries included.'),
    retryLostSeconds: count(1, 840).default(10).describe('A task that nothing is heard of for this long is given to another worker as well.'),
    retryFailedSeconds: count(0, 840).default(1).describe('Pause before a failed task is tried again.'),
    maxBodyBytes: count(1024, 5_242_880).default(1_048_576).describe('Greatest request body.'),
    maxResultBytes: count(1024, 100_000_000).default(10_000_000).describe('Greatest answer, as JSON.'),
    maxPartialResultBytes: count(1024, 1_000_000_000).default(100_000_000).describe('Greatest result of one part, about, before it is merged.'),
    maxConcurrentJobs: count(1, 10_000).default(100).describe('Queries and registrations that run at once; more are refused (429). Stored answers do not count.'),
    storedAnswerSeconds: count(0, 2_678_400).default(86_400).describe('How long an answer is kept for the same query to come; 0: none is.'),
    storedAnswersMegabytes: count(1, 100_000).default(64).describe('Memory of the datastore that such answers may take; the oldest go.'),
    unregisterLastUsedSeconds: count(0, 86_400).default(30).describe('A dataset that was queried within this time is unregistered only by force.'),
    validationSampleRatio: z.number().min(0).max(1).default(0.1).describe('Share of the parts that SAMPLE validation reads.'),
    validationMaxSamples: count(2, 1000).default(10).describe('Most parts that SAMPLE validation reads.'),
  }).prefault({}),
  queueWorkers: z.strictObject({
    least: count(0, 1000).default(0).describe('Workers that always run. With 0 the first query after a pause waits minutes for them to start.'),
    most: count(1, 1000).default(10).describe('Most workers at once.'),
    vcpus: z.union([1, 2, 4, 8, 16].map((number) => z.literal(number)), 'should be 1, 2, 4, 8 or 16').default(2)
      .describe('Processors of each worker, and tasks that it runs at once; $0.03238 an hour each, on Spot about a third of that.'),
    gigabytesPerVcpu: count(2, 7).default(2).describe('Memory per processor; $0.00356 per GB and hour, on Spot about a third of that.'),
    spotPercent: count(0, 100).default(100).describe('Share of the workers on spare capacity, which AWS may take back: their tasks go to others.'),
  }).optional().describe('Long-running workers on Fargate run the tasks, instead of the worker function. Three more endpoints, $21.90 a month and zone; deploying needs Docker.'),
  prebaked: z.array(z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'should be letters, digits, - and _').describe('The answer is at GET /jobs/prebaked-NAME.'),
    dataset: z.string().min(1).describe('Name of the registered dataset.'),
    query: z.record(z.string(), z.unknown()).describe('The query, as it would be posted; whole numbers beyond 2^53 cannot be written here.'),
    schedule: z.string().regex(/^(rate|cron)\(.+\)$/, 'should be a rate or cron expression of EventBridge, in UTC, such as rate(15 minutes) or cron(0 6 * * ? *)')
      .describe('When it runs, in UTC: rate(15 minutes), cron(0 6 * * ? *).'),
  })).default([]).describe('Queries that run on a schedule, so that their answers are there at once; each run costs as the query does.'),
  api: z.strictObject({
    authorization: z.enum(['iam', 'apiKey']).default('iam').describe('iam: signed requests of principals that may call the API. apiKey: whoever holds a key.'),
    keys: z.array(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'should be letters, digits, - and _')).default([]).describe('Names of API keys to create; with authorization apiKey only.'),
    requestsPerMonth: count(1, 1_000_000_000).default(100_000).describe('Quota of each API key.'),
    requestsPerSecond: count(1, 10_000).default(20).describe('Steady rate, beyond which requests are refused (429).'),
    burst: count(1, 5000).default(40).describe('Requests at once beyond the steady rate.'),
    private: flag.default(false).describe('Whether the API can be reached from the VPC only; its endpoint is $7.30 a month and zone.'),
    domain: domain.optional().describe('Host name of your own, with certificate; free but for the hosted zone.'),
    accountLogRole: flag.default(true).describe('Whether to set the account-wide role by which API Gateway writes logs; false where the account has one.'),
  }).prefault({}),
  observability: z.strictObject({
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least level that is logged; $0.50 per GB of log.'),
    logRetentionDays: retention.default(14).describe('Days that logs are kept; $0.03 per GB-month.'),
    tracing: flag.default(false).describe('X-Ray traces of API and functions; 100,000 a month are free, then $5 per million.'),
    dashboard: flag.default(true).describe('A CloudWatch dashboard; three per account are free, then $3 a month.'),
    alarms: flag.default(true).describe('CloudWatch alarms; ten per account are free, then $0.10 a month each.'),
    alarmEmail: z.email('should be an e-mail address').optional().describe('Whom alarms are mailed to, through a topic that is created.'),
    alarmTopicArn: arn('sns').optional().describe('Existing topic that alarms go to.'),
  }).prefault({}),
}).superRefine((settings, context) => {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: path.split('.'), message });
  const { datasets, network: vpc, worker, queries, api, observability } = settings;
  if (datasets.sources.length === 0 && !datasets.ownBucket) {
    refuse('datasets.sources', 'should name a bucket, unless datasets.ownBucket is true: nothing could be queried');
  }
  const zones = vpc.kind === 'new' ? vpc.zones : new Set(vpc.subnets.map((subnet) => subnet.availabilityZone)).size;
  if (vpc.kind === 'existing' && zones < vpc.subnets.length) {
    refuse('network.subnets', 'should lie in different availability zones');
  }
  if (vpc.kind === 'existing' && new Set(vpc.subnets.map((subnet) => subnet.routeTableId === undefined)).size > 1) {
    refuse('network.subnets', 'should have a routeTableId each, or none');
  }
  if (settings.endpointZones > zones) {
    refuse('endpointZones', `should be at most the number of zones, ${zones}`);
  }
  if (worker.timeoutSeconds > queries.runTimeoutSeconds) {
    refuse('worker.timeoutSeconds', `should be at most queries.runTimeoutSeconds, ${queries.runTimeoutSeconds}: nobody waits longer for a task`);
  }
  if ((api.authorization === 'apiKey') !== api.keys.length > 0) {
    refuse('api.keys', api.authorization === 'apiKey' ? 'should name at least one key, since api.authorization is apiKey' : 'should be empty, since api.authorization is iam');
  }
  if (new Set(api.keys).size < api.keys.length) {
    refuse('api.keys', 'should not name a key twice');
  }
  if (api.private && api.domain) {
    refuse('api.domain', 'should be left out, since api.private is true: a private API is reached through its VPC endpoint');
  }
  if (api.domain && api.domain.name !== api.domain.hostedZoneName && !api.domain.name.endsWith(`.${api.domain.hostedZoneName}`)) {
    refuse('api.domain.name', `should lie in the hosted zone ${api.domain.hostedZoneName}`);
  }
  if (observability.alarmEmail && observability.alarmTopicArn) {
    refuse('observability.alarmEmail', 'should be left out, since observability.alarmTopicArn is given');
  }
  if (new Set(settings.prebaked.map(({ name }) => name)).size < settings.prebaked.length) {
    refuse('prebaked', 'should not name a query twice');
  }
  if (settings.queueWorkers?.least === 0 && queries.runTimeoutSeconds < workersStartSeconds) {
    refuse('queries.runTimeoutSeconds', `should be at least ${workersStartSeconds}, since queueWorkers.least is 0: the first query after a pause waits minutes for workers to start`);
  }
  if (settings.queueWorkers && settings.queueWorkers.least > settings.queueWorkers.most) {
    refuse('queueWorkers.least', `should be at most queueWorkers.most, ${settings.queueWorkers.most}`);
  }
  if (requiredFunctionTime(queries.runTimeoutSeconds) > 900) {
    refuse('queries.runTimeoutSeconds', `should leave ${startupAllowance} of Lambda's 900 seconds for starting and answering`);
  }
});

/** What an environment file holds: any settings that differ from the defaults. */
export type EnvironmentFile = z.input<typeof environmentSchema>;

/** The settings of one deployment, complete. */
export interface Settings extends z.output<typeof environmentSchema> {
  /** Name of the environment, which is that of its file. */
  readonly environment: string;
  /** `<product>-<environment>`: first part of all names. */
  readonly prefix: string;
}

/** Types an environment file. */
export function defineEnvironment(file: EnvironmentFile): EnvironmentFile {
  return file;
}
