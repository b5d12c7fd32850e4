import path from 'node:path';
import { Aws, Duration, IgnoreMode, Validations } from 'aws-cdk-lib';
import { AdjustmentType, MetricAggregationType, ScalableTarget, ServiceNamespace, StepScalingAction } from 'aws-cdk-lib/aws-applicationautoscaling';
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Cluster, ContainerImage, CpuArchitecture, FargateService, FargateTaskDefinition, LogDriver, OperatingSystemFamily } from 'aws-cdk-lib/aws-ecs';
import type { CapacityProviderStrategy, ICluster } from 'aws-cdk-lib/aws-ecs';
import { Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../config';
import type { DatasetAccess } from './dataset-access';
import { datastoreVariables, grantConnect } from './datastore';
import type { DatastoreConnection } from './datastore';
import { metricsNamespace, productMetrics, serviceDimension } from './product-metrics';
import { repository } from './repository';
import { removalPolicy } from './retention';

/** How long the queue must have been empty before workers go. */
const idleMinutes = 10;

export interface QueueWorkersProps {
  readonly settings: Settings;
  readonly sizing: NonNullable<Settings['queueWorkers']>;
  readonly connection: DatastoreConnection;
  readonly datasets: DatasetAccess;
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

/**
 * Workers that take tasks from the queue in the datastore: containers on Fargate, arm64, on spare capacity (Spot) as far as
 * the settings say. They come with the queue's length and go when it has been empty for a while, all of them if need be.
 */
export class QueueWorkers extends Construct {
  constructor(scope: Construct, id: string, props: QueueWorkersProps) {
    super(scope, id);
    const { sizing } = props;
    const cluster = new Cluster(this, 'Cluster', { vpc: props.vpc, enableFargateCapacityProviders: true });
    Validations.of(cluster).acknowledge({ id: 'AwsSolutions-ECS4', reason: 'Container Insights are paid by the metric; the queue\'s length and the logs tell what workers do.' });
    const service = new FargateService(this, 'Service', {
      // Cluster declares its optional properties otherwise than ICluster does, which exactOptionalPropertyTypes minds.
      cluster: cluster as ICluster,
      taskDefinition: this.taskDefinition(props),
      vpcSubnets: props.subnets,
      securityGroups: [props.securityGroup],
      assignPublicIp: false,
      capacityProviderStrategies: capacity(sizing.spotPercent),
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
    });
    this.scale(props, cluster, service);
  }

  private taskDefinition({ settings, sizing, connection, datasets }: QueueWorkersProps): FargateTaskDefinition {
    const definition = new FargateTaskDefinition(this, 'Task', {
      cpu: sizing.vcpus * 1024,
      memoryLimitMiB: sizing.vcpus * sizing.gigabytesPerVcpu * 1024,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    const user = connection.users.queueWorker;
    grantConnect(connection, user, definition.taskRole);
    datasets.grantList(definition.taskRole);
    datasets.grantRead(definition.taskRole);
    definition.addContainer('Worker', {
      image: ContainerImage.fromAsset(repository, {
        file: path.join('container', 'Dockerfile'),
        // The CDK looks for a .dockerignore of the whole repository only.
        exclude: ['*', '!container', '!lambda', '!package-lock.json', '!package.json', '!scripts'],
        ignoreMode: IgnoreMode.DOCKER,
        platform: Platform.LINUX_ARM64,
      }),
      command: ['--concurrency', String(sizing.vcpus), '--root', ...datasets.basePaths],
      environment: { ...datastoreVariables(connection, user), AWS_REGION: Aws.REGION },
      // Workers take 20 seconds to leave; Spot gives two minutes' notice.
      stopTimeout: Duration.seconds(30),
      logging: LogDriver.awsLogs({
        streamPrefix: 'worker',
        logGroup: new LogGroup(this, 'Logs', { retention: settings.observability.logRetentionDays, removalPolicy: removalPolicy(settings) }),
      }),
    });
    Validations.of(definition).acknowledge(
      { id: 'AwsSolutions-ECS2', reason: 'Nothing secret is in the variables: the worker signs in to the datastore by its role.' },
      { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'ecr:GetAuthorizationToken has no resource to name.' },
    );
    return definition;
  }

  /** Out by steps while tasks wait, so that many come at once for a long queue; in all at once, for what runs is in the queue as well. */
  private scale({ settings, sizing }: QueueWorkersProps, cluster: Cluster, service: FargateService): void {
    const target = new ScalableTarget(this, 'Scaling', {
      serviceNamespace: ServiceNamespace.ECS,
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${cluster.clusterName}/${service.serviceName}`,
      minCapacity: sizing.least,
      maxCapacity: sizing.most,
      // Made by AWS when first needed, as by the CDK's own services that scale.
      role: Role.fromRoleArn(this, 'ScalingRole', `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`),
    });
    const length = new Metric({
      namespace: metricsNamespace,
      metricName: productMetrics.invoker.queueLength,
      dimensionsMap: serviceDimension(settings.prefix, 'invoker'),
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(1),
    });
    const more = new StepScalingAction(this, 'More', {
      scalingTarget: target,
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      metricAggregationType: MetricAggregationType.MAXIMUM,
      cooldown: Duration.minutes(1),
    });
    // Bounds count from the alarm's threshold. From as many tasks as all workers run at once, all are called.
    const tasksAtOnce = sizing.most * sizing.vcpus;
    more.addAdjustment({ lowerBound: 0, upperBound: tasksAtOnce, adjustment: Math.ceil(sizing.most / 4) });
    more.addAdjustment({ lowerBound: tasksAtOnce, adjustment: sizing.most });
    length.createAlarm(this, 'Waiting', {
      alarmDescription: 'Tasks wait: more queue workers',
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    }).addAlarmAction(new ApplicationScalingAction(more));

    const none = new StepScalingAction(this, 'Fewest', { scalingTarget: target, adjustmentType: AdjustmentType.EXACT_CAPACITY });
    none.addAdjustment({ upperBound: 0, adjustment: sizing.least });
    length.createAlarm(this, 'Empty', {
      alarmDescription: `The queue has been empty for ${idleMinutes} minutes: as few queue workers as may be`,
      comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 0,
      evaluationPeriods: idleMinutes,
      treatMissingData: TreatMissingData.IGNORE,
    }).addAlarmAction(new ApplicationScalingAction(none));
  }
}

function capacity(spotPercent: number): CapacityProviderStrategy[] {
  return [
    { capacityProvider: 'FARGATE_SPOT', weight: spotPercent },
    { capacityProvider: 'FARGATE', weight: 100 - spotPercent },
  ].filter(({ weight }) => weight > 0);
}
