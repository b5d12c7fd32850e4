import type { App } from 'aws-cdk-lib';
import type { Settings } from './config';
import { DatastoreStack } from './stacks/datastore-stack';
import { NetworkStack } from './stacks/network-stack';
import { ObservabilityStack } from './stacks/observability-stack';
import { QueryApiStack } from './stacks/query-api-stack';
import { WorkerStack } from './stacks/worker-stack';

/** The stacks of one environment, in the order that they are deployed in. */
export function buildApp(app: App, settings: Settings): void {
  const network = new NetworkStack(app, settings);
  const datastore = new DatastoreStack(app, settings, network);
  const worker = new WorkerStack(app, settings, network, datastore);
  const queryApi = new QueryApiStack(app, settings, network, datastore, worker);
  const { dashboard, alarms } = settings.observability;
  // Without either the stack would be empty, which CloudFormation refuses.
  if (dashboard || alarms) {
    new ObservabilityStack(app, settings, datastore, worker, queryApi);
  }
}
