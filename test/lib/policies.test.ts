import { environmentNames } from './environments';
import type { EnvironmentName } from './environments';
import { resourcesOf, stackNames, templatesOf } from './synthesize';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Located extends Statement {
  readonly place: string;
}

/** Every statement of every policy, wherever a template holds it. */
function statements(environment: EnvironmentName): Located[] {
  const found: Located[] = [];
  const walk = (value: unknown, place: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item) => walk(item, place));
    } else if (typeof value === 'object' && value !== null) {
      const candidate = value as Partial<Statement>;
      if (candidate.Effect !== undefined && candidate.Action !== undefined) {
        found.push({ ...(candidate as Statement), place });
      }
      Object.values(value).forEach((item) => walk(item, place));
    }
  };
  for (const stack of stackNames) {
    Object.entries(templatesOf(environment)[stack].Resources).forEach(([id, resource]) => walk(resource, `${stack}/${resource.Type}/${id}`));
  }
  return found;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value as unknown[] : [value]);
const actionsOf = (statement: Statement): string[] => list(statement.Action).map(String);

/** Where `*` is the only resource, or an action has a wildcard, and why that must be. */
const explained: readonly { readonly why: string; readonly covers: (statement: Located) => boolean }[] = [
  {
    why: 'Lambda demands these on * of a function in a VPC; the functions\' own code is denied them',
    covers: ({ place, ...statement }) => /AWS::IAM::Role\/(Worker|Invoker)Role/.test(place) && actionsOf(statement).every((action) => action.startsWith('ec2:')),
  },
  {
    why: 'X-Ray has no resources to name',
    covers: (statement) => actionsOf(statement).every((action) => ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].includes(action)),
  },
  {
    why: 'ECR gives its sign-in token for the whole registry',
    covers: (statement) => actionsOf(statement).join() === 'ecr:GetAuthorizationToken',
  },
  {
    why: 'the S3 endpoint leaves buckets to the roles, and lets this account\'s principals through only',
    covers: ({ place, Condition }) => place.includes('AWS::EC2::VPCEndpoint') && Condition?.StringEquals['aws:PrincipalAccount'] !== undefined,
  },
  {
    why: 'the CDK\'s own function that empties a bucket before it is removed, on that bucket only',
    covers: ({ place, ...statement }) => place.includes('AWS::S3::BucketPolicy') && JSON.stringify(statement.Principal).includes('CustomS3AutoDeleteObjects'),
  },
];

test.each(environmentNames)('%s grants no * beyond what is explained', (environment) => {
  const wild = statements(environment)
    .filter(({ Effect }) => Effect === 'Allow')
    .filter((statement) => list(statement.Resource).includes('*') || actionsOf(statement).some((action) => action.includes('*')))
    .filter((statement) => !explained.some(({ covers }) => covers(statement)));
  expect(wild).toEqual([]);
});

test.each(environmentNames)('%s lets nobody in but by condition', (environment) => {
  const anyone = statements(environment)
    .filter(({ Effect, Principal }) => Effect === 'Allow' && (Principal === '*' || JSON.stringify(Principal) === '{"AWS":"*"}'))
    .filter(({ Condition }) => Condition?.StringEquals['aws:PrincipalAccount'] === undefined && Condition?.StringEquals['aws:SourceVpce'] === undefined)
    // Of queue workers' VPC: ECR's own requests for the layers of images, from AWS's bucket for them.
    .filter(({ place, Action, Resource }) => !(place.includes('VPCEndpoint') && Action === 's3:GetObject' && JSON.stringify(Resource).includes('-starport-layer-bucket/*')));
  expect(anyone).toEqual([]);
});

test.each(environmentNames)('%s admits no address of the Internet to any port', (environment) => {
  for (const stack of stackNames) {
    const groups = Object.values(resourcesOf(templatesOf(environment)[stack], 'AWS::EC2::SecurityGroup'));
    const rules = [
      ...groups.flatMap(({ Properties }) => list(Properties.SecurityGroupIngress ?? [])),
      ...Object.values(resourcesOf(templatesOf(environment)[stack], 'AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => Properties),
    ];
    expect(rules.filter((rule) => /0\.0\.0\.0\/0|::\/0/.test(JSON.stringify(rule)))).toEqual([]);
    expect(rules.filter((rule) => (rule as { IpProtocol: string }).IpProtocol !== 'tcp')).toEqual([]);
  }
});

describe('datasets', () => {
  const worker = () => statements('explicit').filter(({ place }) => place.includes('WorkerRoleDefaultPolicy'));
  const invoker = () => statements('explicit').filter(({ place }) => place.includes('InvokerRoleDefaultPolicy'));
  const naming = (found: Located[], action: string) => found.filter((statement) => actionsOf(statement).includes(action));

  test('the worker reads objects under the configured prefixes, and nothing else', () => {
    const [read, ...more] = naming(worker(), 's3:GetObject');
    expect(more).toEqual([]);
    expect([...JSON.stringify(read.Resource).matchAll(/:s3:::([^"]+)/g)].map(([, place]) => place)).toEqual(['example-lake/archive/2026/*', 'example-lake/events/*']);
    expect(actionsOf(read)).toEqual(['s3:GetObject']);
  });

  test.each([['worker', worker], ['invoker', invoker]])('the %s lists the bucket under those prefixes only', (_, found) => {
    const listing = naming(found(), 's3:ListBucket').filter(({ Resource }) => JSON.stringify(Resource).includes('example-lake'));
    expect(listing.map(({ Condition }) => Condition)).toEqual([{ StringLike: { 's3:prefix': ['events/*', 'archive/2026/*'] } }]);
  });

  test('the worker decrypts with the named key, through S3', () => {
    expect(naming(worker(), 'kms:Decrypt')).toEqual([
      expect.objectContaining({ Resource: expect.stringContaining(':key/') as unknown, Condition: { StringEquals: { 'kms:ViaService': expect.anything() as unknown } } }),
    ]);
  });

  test('nobody writes or deletes in them', () => {
    const writing = [...worker(), ...invoker()].filter((statement) => actionsOf(statement).some((action) => /^s3:(Put|Delete|Create|Restore|Abort)/.test(action)));
    expect(writing.every(({ Resource }) => /StateBucket|State/.test(JSON.stringify(Resource)) && !JSON.stringify(Resource).includes('example-lake'))).toBe(true);
    expect(writing).toHaveLength(1);
  });

  test('the invoker may invoke the worker, and no other function', () => {
    const invoking = naming(invoker(), 'lambda:InvokeFunction');
    expect(invoking).toHaveLength(1);
    expect(JSON.stringify(invoking[0].Resource)).toMatch(/^\{"Fn::ImportValue":"[^"]*worker[^"]*Worker[^"]*Arn/);
    expect(naming(worker(), 'lambda:InvokeFunction')).toEqual([]);
  });

  test.each([['default', 'replicationgroup'], ['serverless', 'serverlesscache']] as const)('in %s each function signs in to the %s as its own user only', (environment, kind) => {
    for (const name of ['worker', 'invoker']) {
      const connect = naming(statements(environment).filter(({ place }) => place.toLowerCase().includes(`${name}roledefaultpolicy`)), 'elasticache:Connect');
      expect(connect).toHaveLength(1);
      const resources = list(connect[0].Resource).map((resource) => JSON.stringify(resource));
      expect(resources).toHaveLength(2);
      expect(resources[0]).toContain(`:${kind}:`);
      expect(resources[1]).toContain(`:user:frocket-${environment}-${name}`);
    }
  });
});
