import { CfnOutput, Duration, Validations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Settings } from '../config';
import { DatasetAccess } from '../constructs/dataset-access';
import { datastoreVariables, grantConnect } from '../constructs/datastore';
import { DependencyLayer } from '../constructs/dependency-layer';
import { cacheDirectory, environmentVariables } from '../constructs/environment-variables';
import { HouseFunction } from '../constructs/house-function';
import { QueueWorkers } from '../constructs/queue-workers';
import { cacheBytes, greatestTaskAge } from '../limits';
import type { DatastoreStack } from './datastore-stack';
import { HouseStack } from './house-stack';
import type { NetworkStack } from './network-stack';

/** The worker: one function, one task per event, and the queue where tasks end that Lambda could not run. */
export class WorkerStack extends HouseStack {
  readonly workerFunction: IFunction;
  readonly deadLetters: IQueue;

  constructor(scope: Construct, settings: Settings, network: NetworkStack, datastore: DatastoreStack) {
    super(scope, 'worker', settings, { description: 'worker function' });
    const { worker } = settings;
    const { connection } = datastore;
    const workerFunction = new HouseFunction(this, 'Worker', {
      settings,
      name: 'worker',
      description: `Funnel Rocket ${settings.environment}: runs one part of a query`,
      memoryMegabytes: worker.memoryMegabytes,
      timeoutSeconds: worker.timeoutSeconds,
      ephemeralStorageMegabytes: worker.ephemeralStorageMegabytes,
      reservedConcurrency: worker.reservedConcurrency,
      layer: new DependencyLayer(this, 'Layer'),
      vpc: network.vpc,
      subnets: network.subnetSelection,
      securityGroup: network.workerGroup,
      environment: {
        ...datastoreVariables(connection, connection.users.worker),
        [environmentVariables.rejectAge]: String(greatestTaskAge(settings.queries.runTimeoutSeconds)),
        [environmentVariables.cacheDirectory]: cacheDirectory,
        [environmentVariables.cacheBytes]: String(cacheBytes(worker.ephemeralStorageMegabytes)),
      },
    });
    grantConnect(connection, connection.users.worker, workerFunction);
    const datasets = new DatasetAccess(settings, datastore.datasetBucket);
    datasets.grantList(workerFunction);
    datasets.grantRead(workerFunction);

    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetters).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the dead-letter queue.' });
    workerFunction.configureAsyncInvoke({
      // The invoker retries what failed or got lost: Lambda's own retries would run beside those.
      retryAttempts: 0,
      maxEventAge: Duration.seconds(greatestTaskAge(settings.queries.runTimeoutSeconds)),
      onFailure: new SqsDestination(this.deadLetters),
    });
    this.workerFunction = workerFunction;

    if (settings.queueWorkers && network.queueWorkerGroup) {
      new QueueWorkers(this, 'QueueWorkers', {
        settings,
        sizing: settings.queueWorkers,
        connection,
        datasets,
        vpc: network.vpc,
        subnets: network.subnetSelection,
        securityGroup: network.queueWorkerGroup,
      });
    }

    new CfnOutput(this, 'WorkerFunctionName', { value: workerFunction.functionName, description: 'Worker function' });
    new CfnOutput(this, 'DeadLettersUrl', { value: this.deadLetters.queueUrl, description: 'Tasks that Lambda could not run' });
  }
}
