import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Match, Template as Assertions } from 'aws-cdk-lib/assertions';
import { appOf, resourcesOf, templatesOf, theResource } from './synthesize';
import type { StackName } from './synthesize';

const repository = path.resolve(__dirname, '../..');
const assertions = (stack: StackName) => Assertions.fromJSON(structuredClone(templatesOf('workers')[stack]));

describe('An environment with queue workers', () => {
  test('has a service on arm64 in isolated subnets, mostly on Spot, that is given time to leave', () => {
    assertions('worker').hasResourceProperties('AWS::ECS::Service', {
      CapacityProviderStrategy: [
        { CapacityProvider: 'FARGATE_SPOT', Weight: 80 },
        { CapacityProvider: 'FARGATE', Weight: 20 },
      ],
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
      // What scaling has set must not be set back by the next deployment.
      DesiredCount: Match.absent(),
    });
    assertions('worker').hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '2048',
      Memory: '4096',
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
      ContainerDefinitions: [Match.objectLike({ StopTimeout: 30, Command: ['--concurrency', '2', '--root', 's3://example-lake/events/', 's3://example-lake/archive/2026/'] })],
    });
  });

  test('scales from the queue’s length: out as soon as tasks wait, to none once it has been empty for a while', () => {
    assertions('worker').hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0, MaxCapacity: 20, ScalableDimension: 'ecs:service:DesiredCount' });
    assertions('worker').hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 40, ScalingAdjustment: 5 },
          { MetricIntervalLowerBound: 40, ScalingAdjustment: 20 },
        ],
      },
    });
    assertions('worker').hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      StepScalingPolicyConfiguration: { AdjustmentType: 'ExactCapacity', StepAdjustments: [{ MetricIntervalUpperBound: 0, ScalingAdjustment: 0 }] },
    });
    const metric = { Namespace: 'FunnelRocket', MetricName: 'QueueLength', Dimensions: [{ Name: 'service', Value: 'frocket-workers-invoker' }] };
    assertions('worker').hasResourceProperties('AWS::CloudWatch::Alarm', { ...metric, ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 1, EvaluationPeriods: 1 });
    assertions('worker').hasResourceProperties('AWS::CloudWatch::Alarm', { ...metric, ComparisonOperator: 'LessThanOrEqualToThreshold', Threshold: 0, EvaluationPeriods: 10 });
  });

  test('tells the queue’s length each minute, busy or not', () => {
    assertions('query-api').hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [Match.objectLike({ Input: '{"queueLength":true}' })],
    });
  });

  test('has tasks launched by the queue: the invoker invokes no function, and needs no endpoint for that', () => {
    const { Environment } = theResource(templatesOf('workers')['query-api'], 'AWS::Lambda::Function').Properties as { Environment: { Variables: Record<string, unknown> } };
    expect(Environment.Variables.FROCKET_INVOKER).toBe('work_queue');
    expect(JSON.stringify(resourcesOf(templatesOf('workers')['query-api'], 'AWS::IAM::Policy'))).not.toContain('lambda:InvokeFunction');
    const endpoints = JSON.stringify(Object.values(resourcesOf(templatesOf('workers').network, 'AWS::EC2::VPCEndpoint')).map(({ Properties }) => Properties.ServiceName));
    for (const service of ['.s3', '.ecr.api', '.ecr.dkr', '.logs']) expect(endpoints).toContain(service);
    expect(endpoints).not.toContain('.lambda');
  });

  test('lets workers into the datastore as a user of their own', () => {
    assertions('datastore').hasResourceProperties('AWS::ElastiCache::User', { UserName: 'frocket-workers-queue', AccessString: Match.stringLikeRegexp('~frocket:\\{job:\\* ~frocket:\\{queue\\}\\*') });
    const policies = Object.values(resourcesOf(templatesOf('workers').worker, 'AWS::IAM::Policy')).map(({ Properties }) => JSON.stringify(Properties));
    expect(policies.find((policy) => policy.includes('QueueWorkersTaskTaskRole'))).toContain(':user:frocket-workers-queue');
  });

  test('builds their image from what the Dockerfile copies, and from nothing else', () => {
    const assembly = appOf('workers').synth();
    const [image] = dockerImages(assembly.directory);
    const folder = path.join(assembly.directory, image.directory);
    expect(image).toMatchObject({ dockerFile: 'container/Dockerfile', platform: 'linux/arm64' });
    const sources = [...readFileSync(path.join(folder, 'container/Dockerfile'), 'utf8').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, list]) => list.split(' '));
    expect(sources).toEqual(['package.json', 'package-lock.json', 'scripts', 'lambda']);
    sources.forEach((source) => expect(existsSync(path.join(folder, source))).toBe(true));
    for (const other of ['node_modules', '.git', 'test', 'docs', 'environments', 'dist']) expect(existsSync(path.join(folder, other))).toBe(false);
    const ignored = readFileSync(path.join(repository, 'container/Dockerfile.dockerignore'), 'utf8').trim().split('\n');
    expect(ignored[0]).toBe('*');
    expect(ignored.slice(1).sort()).toEqual(['container', ...sources].map((source) => `!${source}`).sort());
  });
});

describe('Queries that are run ahead', () => {
  test('each has its rule, which hands the invoker dataset and query', () => {
    const rules = Assertions.fromJSON(structuredClone(templatesOf('prebaked')['query-api']));
    rules.resourceCountIs('AWS::Events::Rule', 2);
    rules.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'cron(0 6 * * ? *)',
      Targets: [Match.objectLike({ Input: JSON.stringify({ prebake: { name: 'daily', dataset: 'shop', query: { query: { conditions: [{ filter: ['event', '==', 'purchase'] }] } } } }) })],
    });
    rules.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
  });

  test('EventBridge may invoke the invoker from those rules only', () => {
    const permissions = Object.values(resourcesOf(templatesOf('prebaked')['query-api'], 'AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ Principal }) => Principal === 'events.amazonaws.com');
    expect(permissions).toHaveLength(2);
    permissions.forEach(({ SourceArn }) => expect(JSON.stringify(SourceArn)).toContain('SchedulesPrebaked'));
  });
});

test('other environments have none of it, and launch the worker function', () => {
  expect(resourcesOf(templatesOf('default').worker, 'AWS::ECS::Service')).toEqual({});
  expect(Object.keys(resourcesOf(templatesOf('default').datastore, 'AWS::ElastiCache::User'))).toHaveLength(3);
  const { Environment } = theResource(templatesOf('default')['query-api'], 'AWS::Lambda::Function').Properties as { Environment: { Variables: Record<string, unknown> } };
  expect(Environment.Variables.FROCKET_INVOKER).toBe('aws_lambda');
});

interface ImageSource {
  readonly directory: string;
  readonly dockerFile: string;
  readonly platform: string;
}

function dockerImages(assembly: string): ImageSource[] {
  const manifest = JSON.parse(readFileSync(path.join(assembly, 'frocket-workers-worker.assets.json'), 'utf8')) as { dockerImages: Record<string, { source: ImageSource }> };
  return Object.values(manifest.dockerImages).map(({ source }) => source);
}
