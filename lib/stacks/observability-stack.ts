import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import type { DimensionsMap } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { DefaultDashboardFactory, ElastiCacheClusterType, MetricStatistic, MonitoringFacade, SnsAlarmActionStrategy } from 'cdk-monitoring-constructs';
import type { Construct } from 'constructs';
import type { Settings } from '../config';
import { metricsNamespace, productMetrics, serviceDimension } from '../constructs/product-metrics';
import type { DatastoreStack } from './datastore-stack';
import { HouseStack } from './house-stack';
import type { QueryApiStack } from './query-api-stack';
import type { WorkerStack } from './worker-stack';

const minutes = (count: number) => ({ period: Duration.minutes(count), evaluationPeriods: 1, datapointsToAlarm: 1 });

/** Share of the datastore's memory and CPU beyond which somebody should look. */
const alarmShare = 0.8;

/** What an operator looks at, and what calls one. */
export class ObservabilityStack extends HouseStack {
  private readonly monitoring: MonitoringFacade;

  constructor(scope: Construct, private readonly settings: Settings, datastore: DatastoreStack, worker: WorkerStack, queryApi: QueryApiStack) {
    super(scope, 'observability', settings, { description: 'dashboard and alarms' });
    const topic = this.alarmTopic();
    this.monitoring = new MonitoringFacade(this, 'Monitoring', {
      metricFactoryDefaults: { namespace: metricsNamespace },
      alarmFactoryDefaults: {
        alarmNamePrefix: settings.prefix,
        actionsEnabled: topic !== undefined,
        ...(topic ? { action: new SnsAlarmActionStrategy({ onAlarmTopic: topic, onOkTopic: topic }) } : {}),
      },
      dashboardFactory: new DefaultDashboardFactory(this, 'Dashboards', {
        dashboardNamePrefix: settings.prefix,
        createDashboard: settings.observability.dashboard,
        createSummaryDashboard: false,
        createAlarmDashboard: false,
      }),
    });
    this.monitorProduct();
    this.monitorFunctions(worker, queryApi);
    this.monitorDatastore(datastore);
  }

  private alarmTopic(): ITopic | undefined {
    const { alarmEmail, alarmTopicArn, alarms } = this.settings.observability;
    if (!alarms) {
      return undefined;
    }
    if (alarmTopicArn) {
      return Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn);
    }
    if (!alarmEmail) {
      return undefined;
    }
    const topic = new Topic(this, 'Alarms', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(alarmEmail));
    Validations.of(topic).acknowledge({ id: 'AwsSolutions-SNS2', reason: 'Alarms tell metrics and thresholds, no data; CloudWatch cannot use AWS\'s own key for SNS, and one of ours is $1 a month.' });
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn, description: 'Topic of the alarms' });
    return topic;
  }

  /** What the functions themselves measure. */
  private monitorProduct(): void {
    const metrics = this.monitoring.createMetricFactory();
    const metric = (functionName: 'worker' | 'invoker', name: string, statistic: MetricStatistic, label: string) =>
      metrics.createMetric(name, statistic, label, serviceDimension(this.settings.prefix, functionName));
    const { invoker, worker } = productMetrics;
    this.monitoring.monitorCustom({
      alarmFriendlyName: 'Queries',
      humanReadableName: 'Queries and tasks',
      addToAlarmDashboard: false,
      metricGroups: [
        { title: 'Queries', metrics: [metric('invoker', invoker.queries, MetricStatistic.SUM, 'queries')] },
        {
          title: 'Query latency (ms)',
          metrics: [MetricStatistic.P50, MetricStatistic.P90, MetricStatistic.P99].map((statistic) => metric('invoker', invoker.queryDuration, statistic, statistic)),
        },
        {
          title: 'Tasks and retries',
          metrics: [metric('invoker', invoker.tasks, MetricStatistic.SUM, 'tasks'), metric('invoker', invoker.taskRetries, MetricStatistic.SUM, 'retries')],
        },
        ...(this.settings.queueWorkers ? [{ title: 'Tasks in the queue', metrics: [metric('invoker', invoker.queueLength, MetricStatistic.MAX, 'tasks')] }] : []),
        { title: 'Cold starts', metrics: [metric('worker', worker.coldStarts, MetricStatistic.SUM, 'workers'), metric('invoker', worker.coldStarts, MetricStatistic.SUM, 'invokers')] },
        {
          title: 'Part cache',
          metrics: [metric('worker', worker.cacheHits, MetricStatistic.SUM, 'hits'), metric('worker', worker.cacheMisses, MetricStatistic.SUM, 'misses')],
        },
        { title: 'Bytes read', metrics: [metric('worker', worker.bytesRead, MetricStatistic.SUM, 'bytes')] },
        { title: 'Cost of queries (US$)', metrics: [metric('invoker', invoker.cost, MetricStatistic.SUM, 'cost')] },
      ],
    });
  }

  private monitorFunctions(worker: WorkerStack, queryApi: QueryApiStack): void {
    this.monitoring.monitorApiGateway({
      api: queryApi.queryApi.api,
      apiStage: queryApi.queryApi.api.deploymentStage.stageName,
      humanReadableName: 'API',
      alarmFriendlyName: 'Api',
      ...this.whenAlarming({ add5XXFaultCountAlarm: { Errors: { maxErrorCount: 0, ...minutes(5) } } }),
    });
    this.monitoring.monitorLambdaFunction({
      lambdaFunction: queryApi.invoker,
      humanReadableName: 'Invoker',
      alarmFriendlyName: 'Invoker',
      ...this.whenAlarming({
        addFaultCountAlarm: { Errors: { maxErrorCount: 0, ...minutes(5) } },
        addThrottlesCountAlarm: { Throttles: { maxErrorCount: 0, ...minutes(5) } },
      }),
    });
    this.monitoring.monitorLambdaFunction({
      lambdaFunction: worker.workerFunction,
      humanReadableName: 'Worker',
      alarmFriendlyName: 'Worker',
      ...this.whenAlarming({
        addFaultCountAlarm: { Errors: { maxErrorCount: 0, ...minutes(5) } },
        addThrottlesCountAlarm: { Throttles: { maxErrorCount: 0, ...minutes(5) } },
      }),
    });
    this.monitoring.monitorSqsQueue({
      queue: worker.deadLetters,
      humanReadableName: 'Tasks that Lambda could not run',
      alarmFriendlyName: 'DeadLetters',
      ...this.whenAlarming({ addQueueMaxSizeAlarm: { Letters: { maxMessageCount: 0, ...minutes(5) } } }),
    });
  }

  private monitorDatastore({ connection }: DatastoreStack): void {
    const { datastore: sizing } = this.settings;
    if (sizing.kind === 'serverless') {
      this.monitoring.monitorServerlessElastiCache({
        clusterId: connection.cacheName,
        humanReadableName: 'Datastore',
        alarmFriendlyName: 'Datastore',
        ...this.whenAlarming({ addThrottleRateAlarm: { Throttles: { maxThrottleRatePercent: 1, ...minutes(5) } } }),
      });
      this.monitorMemory('Datastore', 'BytesUsedForCache', { clusterId: connection.cacheName }, alarmShare * sizing.maxStorageGigabytes * 1024 ** 3);
      return;
    }
    for (let node = 1; node <= 1 + sizing.replicas; node++) {
      // ElastiCache numbers a replication group's nodes so.
      const clusterId = `${connection.cacheName}-${String(node).padStart(3, '0')}`;
      const name = `Datastore-${node}`;
      this.monitoring.monitorElastiCacheCluster({
        clusterId,
        clusterType: ElastiCacheClusterType.REDIS,
        humanReadableName: `Datastore node ${node}`,
        alarmFriendlyName: name,
        ...this.whenAlarming({ addCpuUsageAlarm: { High: { maxUsagePercent: alarmShare * 100, ...minutes(5) } } }),
      });
      this.monitorMemory(name, 'DatabaseMemoryUsagePercentage', { CacheClusterId: clusterId }, alarmShare * 100);
    }
  }

  /** @param threshold in the metric's own unit */
  private monitorMemory(name: string, metricName: string, dimensions: DimensionsMap, threshold: number): void {
    const metric = this.monitoring.createMetricFactory()
      .createMetric(metricName, MetricStatistic.MAX, 'memory', dimensions, undefined, 'AWS/ElastiCache');
    const alarm = { threshold, comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD, ...minutes(5) };
    this.monitoring.monitorCustom({
      humanReadableName: `${name}: memory`,
      alarmFriendlyName: name,
      metricGroups: [{ title: metricName, metrics: [{ metric, alarmFriendlyName: 'Memory', addAlarm: this.whenAlarming({ High: alarm }) }] }],
    });
  }

  private whenAlarming<Alarms extends object>(alarms: Alarms): Alarms | Record<string, never> {
    return this.settings.observability.alarms ? alarms : {};
  }
}
