import { Match, Template as Assertions } from 'aws-cdk-lib/assertions';
import { routes } from '../../lambda/invoker/routes';
import { apiRoutes } from '../../lib/constructs/api-routes';
import { environmentNames } from './environments';
import type { EnvironmentName } from './environments';
import { resourcesOf, stackNames, templatesOf, theResource } from './synthesize';
import type { StackName } from './synthesize';

const assertions = (environment: EnvironmentName, stack: StackName) => Assertions.fromJSON(templatesOf(environment)[stack]);

function variables(environment: EnvironmentName, stack: 'worker' | 'query-api'): Record<string, unknown> {
  const description = stack === 'worker' ? /runs one part/ : /answers the API/;
  const found = Object.values(resourcesOf(templatesOf(environment)[stack], 'AWS::Lambda::Function'))
    .find(({ Properties }) => description.test(String(Properties.Description)));
  return (found?.Properties.Environment as { Variables: Record<string, unknown> }).Variables;
}

describe('network', () => {
  test('isolated subnets in two zones: no Internet gateway, no NAT, no public addresses', () => {
    const network = assertions('default', 'network');
    network.resourceCountIs('AWS::EC2::Subnet', 2);
    network.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::EC2::Route']) {
      network.resourceCountIs(type, 0);
    }
  });

  test('endpoints: S3 as a gateway, Lambda as an interface, nothing more', () => {
    const network = assertions('default', 'network');
    network.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
    network.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway', RouteTableIds: [Match.anyValue(), Match.anyValue()] });
    network.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', PrivateDnsEnabled: true, SubnetIds: [Match.anyValue()] });
  });

  test.each([['default', [6379]], ['serverless', [6379, 6380]]] as const)('the datastore of %s admits workers and invoker only, on ports %p', (environment, ports) => {
    const ingress = Object.values(resourcesOf(templatesOf(environment).network, 'AWS::EC2::SecurityGroupIngress'))
      .filter(({ Properties }) => JSON.stringify(Properties.GroupId).includes('DatastoreGroup'));
    const sources = ingress.map(({ Properties }) => `${JSON.stringify(Properties.SourceSecurityGroupId).includes('Worker') ? 'worker' : 'invoker'} ${String(Properties.FromPort)}-${String(Properties.ToPort)}`);
    expect(sources.sort()).toEqual(ports.flatMap((port) => [`invoker ${port}-${port}`, `worker ${port}-${port}`]).sort());
    expect(ingress.every(({ Properties }) => Properties.CidrIp === undefined)).toBe(true);
  });

  test('an existing VPC is used as it is, with endpoints added', () => {
    const network = assertions('existing', 'network');
    network.resourceCountIs('AWS::EC2::VPC', 0);
    network.resourceCountIs('AWS::EC2::Subnet', 0);
    network.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway', VpcId: 'vpc-0a1b2c3d', RouteTableIds: ['rtb-0a1b2c3d', 'rtb-1a1b2c3d'] });
    expect(theResource(templatesOf('existing').worker, 'AWS::Lambda::Function').Properties.VpcConfig).toMatchObject({ SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] });
  });

  test.each(environmentNames)('%s needs no look-up: the app asks AWS nothing', (environment) => {
    expect(JSON.stringify(templatesOf(environment))).not.toMatch(/dummy-value|vpc-12345/);
  });
});

describe('datastore', () => {
  test('nodes: TLS, users, failover to another zone, snapshots', () => {
    expect(theResource(templatesOf('default').datastore, 'AWS::ElastiCache::ReplicationGroup').Properties).toMatchObject({
      Engine: 'valkey',
      CacheNodeType: 'cache.t4g.micro',
      NumCacheClusters: 2,
      AutomaticFailoverEnabled: true,
      MultiAZEnabled: true,
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      SnapshotRetentionLimit: 1,
      UserGroupIds: [expect.anything()],
      SecurityGroupIds: [expect.anything()],
    });
  });

  test.each(environmentNames)('%s never asks for failover without a replica', (environment) => {
    for (const { Properties } of Object.values(resourcesOf(templatesOf(environment).datastore, 'AWS::ElastiCache::ReplicationGroup'))) {
      expect(Properties.AutomaticFailoverEnabled).toBe(Number(Properties.NumCacheClusters) > 1);
      expect(Properties.MultiAZEnabled).toBe(Properties.AutomaticFailoverEnabled);
    }
  });

  test('memory pressure takes job data, which expires, and never the registry, which does not', () => {
    assertions('default', 'datastore').hasResourceProperties('AWS::ElastiCache::ParameterGroup', { Properties: { 'maxmemory-policy': 'volatile-ttl' } });
  });

  test('functions sign in by IAM under IDs that equal their names, and the default user is off', () => {
    const users = Object.values(resourcesOf(templatesOf('default').datastore, 'AWS::ElastiCache::User')).map(({ Properties }) => Properties);
    const functions = users.filter(({ UserName }) => UserName !== 'default');
    expect(functions.map(({ UserId, UserName }) => [UserId, UserName])).toEqual([['frocket-default-worker', 'frocket-default-worker'], ['frocket-default-invoker', 'frocket-default-invoker']]);
    expect(functions.every(({ AuthenticationMode }) => JSON.stringify(AuthenticationMode) === '{"Type":"iam"}')).toBe(true);
    expect(users.find(({ UserName }) => UserName === 'default')).toMatchObject({ AccessString: 'off -@all' });
    expect(users.every(({ Passwords }) => Passwords === undefined)).toBe(true);
  });

  test('a serverless cache has bounds on what it may cost', () => {
    expect(theResource(templatesOf('serverless').datastore, 'AWS::ElastiCache::ServerlessCache').Properties).toMatchObject({
      Engine: 'valkey',
      CacheUsageLimits: { DataStorage: { Maximum: 1, Unit: 'GB' }, ECPUPerSecond: { Maximum: 5000 } },
      UserGroupId: expect.anything() as unknown,
    });
  });
});

describe('functions', () => {
  test('the worker has one full vCPU, 30 seconds, arm64, and no retries by Lambda', () => {
    expect(theResource(templatesOf('default').worker, 'AWS::Lambda::Function').Properties).toMatchObject({
      Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 1769, Timeout: 30, Handler: 'index.handler', EphemeralStorage: { Size: 512 }, Layers: [expect.anything()],
    });
    expect(theResource(templatesOf('default').worker, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({
      MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 120, DestinationConfig: { OnFailure: { Destination: expect.anything() as unknown } },
    });
  });

  test.each(environmentNames)('%s: a task that Lambda holds back runs as long as its query is waited for', (environment) => {
    const queryTime = Number(variables(environment, 'query-api').FROCKET_INVOKER_RUN_TIMEOUT);
    const { MaximumEventAgeInSeconds: eventAge } = theResource(templatesOf(environment).worker, 'AWS::Lambda::EventInvokeConfig').Properties;
    expect(eventAge).toBeGreaterThan(queryTime);
    expect(Number(variables(environment, 'worker').FROCKET_WORKER_REJECT_AGE)).toBeGreaterThan(queryTime);
  });

  test('concurrency is reserved where asked for only', () => {
    expect(theResource(templatesOf('explicit').worker, 'AWS::Lambda::Function').Properties.ReservedConcurrentExecutions).toBe(200);
    expect(theResource(templatesOf('default').worker, 'AWS::Lambda::Function').Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test.each(environmentNames)('%s stays within Lambda\'s limits', (environment) => {
    for (const stack of stackNames) {
      for (const { Properties } of Object.values(resourcesOf(templatesOf(environment)[stack], 'AWS::Lambda::Function'))) {
        expect(Properties.MemorySize).toBeLessThanOrEqual(10_240);
        expect(Properties.Timeout).toBeLessThanOrEqual(900);
        expect(JSON.stringify(Properties.Environment ?? {}).length).toBeLessThan(4096);
      }
    }
  });

  test('the worker finds the datastore, its cache and nothing secret in its variables', () => {
    expect(variables('default', 'worker')).toMatchObject({
      FROCKET_DATASTORE_PORT: '6379',
      FROCKET_DATASTORE_SERVERLESS: 'false',
      FROCKET_DATASTORE_KEY_PREFIX: 'frocket:',
      FROCKET_WORKER_REJECT_AGE: '120',
      FROCKET_CACHE_DIRECTORY: '/tmp/frocket',
      FROCKET_CACHE_BYTES: String(409 * 1024 * 1024),
      FROCKET_LOG_LEVEL: 'info',
      FROCKET_DATASTORE_USER: 'frocket-default-worker',
    });
    expect(variables('serverless', 'worker').FROCKET_DATASTORE_SERVERLESS).toBe('true');
  });

  test('the invoker knows its worker, and the places that datasets may lie in', () => {
    expect(variables('explicit', 'query-api')).toMatchObject({
      FROCKET_INVOKER_LAMBDA_NAME: { 'Fn::ImportValue': expect.stringContaining('worker') as unknown },
      FROCKET_ALLOWED_BASEPATHS: 's3://example-lake/events/,s3://example-lake/archive/2026/',
      FROCKET_INVOKER_RUN_TIMEOUT: '60',
      FROCKET_TASK_RETRY_LOST_INTERVAL: '10',
      FROCKET_TASK_RETRY_FAILED_INTERVAL: '1',
      FROCKET_WORKER_MEMORY_MB: '1769',
      FROCKET_WORKER_ARCHITECTURE: 'arm64',
      FROCKET_DATASTORE_USER: 'frocket-explicit-invoker',
    });
  });

  test('what cannot be run ends in an encrypted queue, kept two weeks', () => {
    assertions('default', 'worker').hasResourceProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });
  });
});

describe('API', () => {
  test('has every route of the invoker but /metrics, and no other', () => {
    const known = Object.values(routes).map(({ method, path }) => `${method.toUpperCase()} ${path}`).filter((route) => route !== 'GET /metrics');
    expect(apiRoutes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(known.sort());
    assertions('default', 'query-api').resourceCountIs('AWS::ApiGateway::Method', apiRoutes.length);
  });

  test('streams every response, for as long as a query may take', () => {
    assertions('default', 'query-api').allResourcesProperties('AWS::ApiGateway::Method', {
      Integration: { ResponseTransferMode: 'STREAM', TimeoutInMillis: 90_000, Type: 'AWS_PROXY', Uri: Match.objectLike({ 'Fn::Join': ['', Match.arrayWith(['/response-streaming-invocations'])] }) },
    });
  });

  test.each(environmentNames)('%s leaves no method open', (environment) => {
    for (const { Properties } of Object.values(resourcesOf(templatesOf(environment)['query-api'], 'AWS::ApiGateway::Method'))) {
      expect(Properties.AuthorizationType === 'AWS_IAM' || Properties.ApiKeyRequired === true).toBe(true);
    }
  });

  test('throttles, logs every access, and refuses bodies that cannot be right', () => {
    const api = assertions('default', 'query-api');
    api.hasResourceProperties('AWS::ApiGateway::Stage', {
      AccessLogSetting: { DestinationArn: Match.anyValue(), Format: Match.anyValue() },
      MethodSettings: [Match.objectLike({ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40, DataTraceEnabled: false })],
    });
    api.hasResourceProperties('AWS::ApiGateway::RequestValidator', { ValidateRequestBody: true, ValidateRequestParameters: true });
    api.resourcePropertiesCountIs('AWS::ApiGateway::Method', { HttpMethod: 'POST', RequestModels: Match.anyValue() }, 2);
  });

  test('each API key has its quota, and its value is in no template', () => {
    const api = assertions('keys', 'query-api');
    api.resourceCountIs('AWS::ApiGateway::ApiKey', 2);
    api.resourceCountIs('AWS::ApiGateway::UsagePlan', 2);
    api.allResourcesProperties('AWS::ApiGateway::ApiKey', { Value: Match.absent() });
    api.allResourcesProperties('AWS::ApiGateway::UsagePlan', { Quota: { Limit: 100_000, Period: 'MONTH' } });
  });

  test('a private API answers its VPC endpoint only', () => {
    const api = assertions('private', 'query-api');
    api.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['PRIVATE'], VpcEndpointIds: [Match.anyValue()] },
      Policy: { Statement: [Match.objectLike({ Effect: 'Allow', Condition: { StringEquals: { 'aws:SourceVpce': Match.anyValue() } } })] },
    });
    assertions('private', 'network').resourceCountIs('AWS::EC2::VPCEndpoint', 3);
  });

  test('a domain has a certificate and a record, and API Gateway\'s own address is switched off', () => {
    const api = assertions('domain', 'query-api');
    api.hasResourceProperties('AWS::ApiGateway::DomainName', { DomainName: 'queries.example.com', SecurityPolicy: 'TLS_1_2' });
    api.hasResourceProperties('AWS::CertificateManager::Certificate', { ValidationMethod: 'DNS' });
    api.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'queries.example.com.', Type: 'A' });
    api.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
    api.hasOutput('ApiUrl', { Value: 'https://queries.example.com/' });
  });
});

describe('observability', () => {
  test('an environment without dashboard and alarms has no stack for them, for CloudFormation takes no empty one', () => {
    expect(templatesOf('minimal').observability.Resources).toEqual({});
  });

  test.each(environmentNames)('%s keeps every log for a bounded time', (environment) => {
    for (const stack of stackNames) {
      Object.values(resourcesOf(templatesOf(environment)[stack], 'AWS::Logs::LogGroup')).forEach(({ Properties }) => expect(Properties.RetentionInDays).toBeGreaterThan(0));
    }
  });

  test('alarms: errors, throttles, dead letters, datastore memory and CPU of every node', () => {
    const metrics = Object.values(resourcesOf(templatesOf('default').observability, 'AWS::CloudWatch::Alarm'))
      .map(({ Properties }) => JSON.stringify(Properties));
    for (const [metric, count] of [['5XXError', 1], ['"Errors"', 2], ['"Throttles"', 2], ['ApproximateNumberOfMessagesVisible', 1], ['DatabaseMemoryUsagePercentage', 2], ['CPUUtilization', 2]] as const) {
      expect([metric, metrics.filter((alarm) => alarm.includes(metric)).length]).toEqual([metric, count]);
    }
  });

  test('alarms go to the topic that is named, or to one for the address that is named', () => {
    assertions('keys', 'observability').allResourcesProperties('AWS::CloudWatch::Alarm', { ActionsEnabled: true, AlarmActions: ['arn:aws:sns:eu-west-1:111122223333:alarms'] });
    assertions('serverless', 'observability').hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'operators@example.com' });
  });

  test('the dashboard is JSON that shows queries, latency, tasks, retries, cold starts, cache hits, bytes read and cost', () => {
    const body = JSON.stringify(theResource(templatesOf('default').observability, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody);
    for (const metric of ['Queries', 'QueryDuration', 'Tasks', 'TaskRetries', 'ColdStart', 'CacheHits', 'BytesRead', 'QueryCost']) {
      expect(body).toContain(`\\"${metric}\\"`);
    }
    const { 'Fn::Join': [, parts] } = theResource(templatesOf('default').observability, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody as { 'Fn::Join': [string, unknown[]] };
    const text = parts.map((part) => (typeof part === 'string' ? part : 'token')).join('');
    expect((JSON.parse(text) as { widgets: unknown[] }).widgets.length).toBeGreaterThan(10);
  });

  test('traces where asked for only', () => {
    expect(theResource(templatesOf('prod').worker, 'AWS::Lambda::Function').Properties.TracingConfig).toEqual({ Mode: 'Active' });
    expect(theResource(templatesOf('default').worker, 'AWS::Lambda::Function').Properties).not.toHaveProperty('TracingConfig');
  });
});
