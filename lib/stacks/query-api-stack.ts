import { CfnOutput } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../config';
import { DatasetAccess } from '../constructs/dataset-access';
import { datastoreVariables, grantConnect } from '../constructs/datastore';
import { DependencyLayer } from '../constructs/dependency-layer';
import { environmentVariables } from '../constructs/environment-variables';
import { HouseFunction, architecture } from '../constructs/house-function';
import { QueryApi } from '../constructs/query-api';
import { Schedules } from '../constructs/schedules';
import { requiredFunctionTime } from '../limits';
import type { DatastoreStack } from './datastore-stack';
import { HouseStack } from './house-stack';
import type { NetworkStack } from './network-stack';
import type { WorkerStack } from './worker-stack';

/** The invoker and the API before it. */
export class QueryApiStack extends HouseStack {
  readonly invoker: IFunction;
  readonly queryApi: QueryApi;

  constructor(scope: Construct, settings: Settings, network: NetworkStack, datastore: DatastoreStack, worker: WorkerStack) {
    super(scope, 'query-api', settings, { description: 'invoker function and API' });
    const { queries } = settings;
    const { connection, stateBucket } = datastore;
    const datasets = new DatasetAccess(settings, datastore.datasetBucket);
    const timeoutSeconds = requiredFunctionTime(queries.runTimeoutSeconds);
    const invoker = new HouseFunction(this, 'Invoker', {
      settings,
      name: 'invoker',
      description: `Funnel Rocket ${settings.environment}: answers the API, launches workers`,
      memoryMegabytes: queries.memoryMegabytes,
      timeoutSeconds,
      layer: new DependencyLayer(this, 'Layer'),
      vpc: network.vpc,
      subnets: network.subnetSelection,
      securityGroup: network.invokerGroup,
      environment: {
        ...datastoreVariables(connection, connection.users.invoker),
        [environmentVariables.launcher]: settings.queueWorkers ? 'work_queue' : 'aws_lambda',
        [environmentVariables.workerFunction]: worker.workerFunction.functionName,
        [environmentVariables.workerMemory]: String(settings.worker.memoryMegabytes),
        [environmentVariables.workerArchitecture]: architecture.name,
        [environmentVariables.runTimeout]: String(queries.runTimeoutSeconds),
        [environmentVariables.retryLostInterval]: String(queries.retryLostSeconds),
        [environmentVariables.retryFailedInterval]: String(queries.retryFailedSeconds),
        [environmentVariables.maxBodySize]: String(queries.maxBodyBytes),
        [environmentVariables.maxResultSize]: String(queries.maxResultBytes),
        [environmentVariables.maxPartialResultSize]: String(queries.maxPartialResultBytes),
        [environmentVariables.maxConcurrentJobs]: String(queries.maxConcurrentJobs),
        [environmentVariables.storedAnswerTtl]: String(queries.storedAnswerSeconds),
        [environmentVariables.storedAnswersTotalSize]: String(queries.storedAnswersMegabytes * 1024 * 1024),
        [environmentVariables.unregisterLastUsedInterval]: String(queries.unregisterLastUsedSeconds),
        [environmentVariables.validationSampleRatio]: String(queries.validationSampleRatio),
        [environmentVariables.validationMaxSamples]: String(queries.validationMaxSamples),
        [environmentVariables.stateBucket]: stateBucket.bucketName,
        [environmentVariables.allowedBasePaths]: datasets.basePaths.join(','),
      },
    });
    grantConnect(connection, connection.users.invoker, invoker);
    datasets.grantList(invoker);
    if (!settings.queueWorkers) {
      invoker.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [worker.workerFunction.functionArn] }));
    }
    invoker.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [stateBucket.bucketArn] }));
    invoker.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], resources: [stateBucket.arnForObjects('*')] }),
    );
    this.invoker = invoker;
    new Schedules(this, 'Schedules', settings, invoker);
    this.queryApi = new QueryApi(this, 'QueryApi', { settings, invoker, timeoutSeconds, endpoint: network.apiEndpoint });

    new CfnOutput(this, 'ApiUrl', { value: apiUrl(settings, this.queryApi), description: 'Address of the API' });
    new CfnOutput(this, 'InvokerFunctionName', { value: invoker.functionName, description: 'Invoker function' });
    if (this.queryApi.callerPolicy) {
      new CfnOutput(this, 'CallerPolicyArn', { value: this.queryApi.callerPolicy.managedPolicyArn, description: 'Attach it to whoever shall call the API' });
    }
  }
}

function apiUrl(settings: Settings, { api }: QueryApi): string {
  return settings.api.domain ? `https://${settings.api.domain.name}/` : api.url;
}
