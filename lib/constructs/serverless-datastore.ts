import type { ISecurityGroup, ISubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { Settings } from '../config';
import type { DatastoreConnection } from './datastore';
import { DatastoreUsers } from './datastore-users';

export interface ServerlessDatastoreProps {
  readonly settings: Settings;
  readonly sizing: Extract<Settings['datastore'], { kind: 'serverless' }>;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: ISecurityGroup;
}

/**
 * Valkey without nodes: always encrypted, always over TLS, in every zone of its subnets. Its eviction policy is fixed to
 * volatile-lru, which as little as ours on nodes can evict the registry, for that never expires.
 */
export class ServerlessDatastore extends Construct implements DatastoreConnection {
  readonly kind = 'serverless';
  readonly host: string;
  readonly cacheName: string;
  readonly users: DatastoreUsers;

  constructor(scope: Construct, id: string, props: ServerlessDatastoreProps) {
    super(scope, id);
    const { settings, sizing } = props;
    this.users = new DatastoreUsers(this, 'Users', settings);
    const cache = new CfnServerlessCache(this, 'Cache', {
      // Required by CloudFormation, which makes up no name for this type.
      serverlessCacheName: settings.prefix,
      description: `Funnel Rocket ${settings.environment}: registry and jobs`,
      engine: 'valkey',
      majorEngineVersion: '8',
      cacheUsageLimits: {
        dataStorage: { maximum: sizing.maxStorageGigabytes, unit: 'GB' },
        ecpuPerSecond: { maximum: sizing.maxUnitsPerSecond },
      },
      securityGroupIds: [props.securityGroup.securityGroupId],
      subnetIds: props.subnets.map((subnet) => subnet.subnetId),
      userGroupId: this.users.groupId,
      snapshotRetentionLimit: sizing.snapshotDays,
      dailySnapshotTime: '02:00',
      ...(settings.keepData ? { finalSnapshotName: `${settings.prefix}-final` } : {}),
    });
    this.host = cache.attrEndpointAddress;
    this.cacheName = cache.ref;
  }
}
