import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../config';
import type { DatastoreConnection } from '../constructs/datastore';
import { NodeDatastore } from '../constructs/node-datastore';
import { PrivateBucket } from '../constructs/private-bucket';
import { ServerlessDatastore } from '../constructs/serverless-datastore';
import { HouseStack } from './house-stack';
import type { NetworkStack } from './network-stack';

/** All that holds data: the datastore, the bucket with the registry's second copy, and the bucket for datasets if asked for. */
export class DatastoreStack extends HouseStack {
  readonly connection: DatastoreConnection;
  readonly stateBucket: PrivateBucket;
  readonly datasetBucket: PrivateBucket | undefined;

  constructor(scope: Construct, settings: Settings, network: NetworkStack) {
    super(scope, 'datastore', settings, { description: 'datastore and buckets', holdsData: true });
    const { datastore: sizing } = settings;
    const place = { settings, subnets: network.subnets, securityGroup: network.datastoreGroup };
    this.connection = sizing.kind === 'nodes'
      ? new NodeDatastore(this, 'Datastore', { ...place, sizing })
      : new ServerlessDatastore(this, 'Datastore', { ...place, sizing });
    this.stateBucket = new PrivateBucket(this, 'State', settings);
    this.datasetBucket = settings.datasets.ownBucket ? new PrivateBucket(this, 'Datasets', settings) : undefined;

    new CfnOutput(this, 'DatastoreEndpoint', { value: this.connection.host, description: 'Host of the datastore' });
    new CfnOutput(this, 'DatastoreName', { value: this.connection.cacheName, description: 'Replication group or serverless cache' });
    new CfnOutput(this, 'StateBucketName', { value: this.stateBucket.bucketName, description: 'Second copy of the registry' });
    if (this.datasetBucket) {
      new CfnOutput(this, 'DatasetBucketName', { value: this.datasetBucket.bucketName, description: 'Put Parquet files here' });
    }
  }
}
