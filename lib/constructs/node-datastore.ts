import { CfnDeletionPolicy, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, ISubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnParameterGroup, CfnReplicationGroup, CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { Settings } from '../config';
import { datastorePort } from './datastore';
import type { DatastoreConnection } from './datastore';
import { DatastoreUsers } from './datastore-users';

export interface NodeDatastoreProps {
  readonly settings: Settings;
  readonly sizing: Extract<Settings['datastore'], { kind: 'nodes' }>;
  readonly subnets: readonly ISubnet[];
  readonly securityGroup: ISecurityGroup;
}

/** Valkey on nodes: one shard, a primary and replicas in other zones. aws-cdk-lib has no stable construct for it. */
export class NodeDatastore extends Construct implements DatastoreConnection {
  readonly kind = 'nodes';
  readonly host: string;
  readonly cacheName: string;
  readonly users: DatastoreUsers;

  constructor(scope: Construct, id: string, props: NodeDatastoreProps) {
    super(scope, id);
    const { settings, sizing } = props;
    this.users = new DatastoreUsers(this, 'Users', settings);
    const parameters = new CfnParameterGroup(this, 'Parameters', {
      cacheParameterGroupFamily: 'valkey8',
      description: `Funnel Rocket ${settings.environment}: job data gives way first, the registry never`,
      properties: {
        // Job data expires and the registry does not: of all keys, only those that expire may be evicted, and those
        // that expire soonest go first. `noeviction` would keep the registry as well, but refuse every new query, and
        // every registration, until enough had expired. Stored answers, which expire last, bound themselves.
        'maxmemory-policy': 'volatile-ttl',
      },
    });
    const subnetGroup = new CfnSubnetGroup(this, 'Subnets', {
      description: `Funnel Rocket ${settings.environment}`,
      subnetIds: props.subnets.map((subnet) => subnet.subnetId),
    });
    const failover = sizing.replicas > 0;
    const group = new CfnReplicationGroup(this, 'Group', {
      replicationGroupDescription: `Funnel Rocket ${settings.environment}: registry and jobs`,
      engine: 'valkey',
      engineVersion: '8.0',
      cacheNodeType: sizing.nodeType,
      numCacheClusters: 1 + sizing.replicas,
      automaticFailoverEnabled: failover,
      multiAzEnabled: failover,
      port: datastorePort,
      cacheParameterGroupName: parameters.ref,
      cacheSubnetGroupName: subnetGroup.ref,
      securityGroupIds: [props.securityGroup.securityGroupId],
      transitEncryptionEnabled: true,
      transitEncryptionMode: 'required',
      atRestEncryptionEnabled: true,
      userGroupIds: [this.users.groupId],
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: sizing.snapshotDays,
      snapshotWindow: '02:00-03:00',
      preferredMaintenanceWindow: 'sun:03:30-sun:04:30',
    });
    group.cfnOptions.deletionPolicy = settings.keepData ? CfnDeletionPolicy.SNAPSHOT : CfnDeletionPolicy.DELETE;
    group.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.SNAPSHOT;
    Validations.of(group).acknowledge(
      { id: 'AwsSolutions-AEC5', reason: 'The port is open to two security groups only: another number would hide nothing.' },
      { id: 'AwsSolutions-AEC6', reason: 'Users sign in by IAM, through the user group; the default user is switched off.' },
    );
    if (!failover) {
      Validations.of(group).acknowledge({ id: 'AwsSolutions-AEC4', reason: 'The environment asks for no replica (datastore.replicas: 0).' });
    }
    this.host = group.attrPrimaryEndPointAddress;
    this.cacheName = group.ref;
  }
}
