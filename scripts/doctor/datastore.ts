import { DescribeReplicationGroupsCommand, DescribeServerlessCachesCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { ReplicationGroup, ServerlessCache } from '@aws-sdk/client-elasticache';
import type { Settings } from '../../lib/config';
import { askAws, NoAnswerError } from './ask-aws';
import { those, verdictOn } from './finding';
import type { Verdict } from './finding';

/** Statuses in which ElastiCache serves. */
const serving = new Set(['available', 'modifying', 'snapshotting']);

export interface DeployedDatastore {
  readonly region: string;
  readonly name: string;
  /** Host that the functions connect to. */
  readonly endpoint: string;
}

/** Whether the datastore is available, encrypted, guarded and as redundant as the settings want it. */
export async function examineDatastore(settings: Settings, { region, name, endpoint }: DeployedDatastore): Promise<Verdict> {
  const client = new ElastiCacheClient({ region });
  if (settings.datastore.kind === 'serverless') {
    const resource = `serverless cache ${name}`;
    const { ServerlessCaches: caches = [] } = await askAws(client.send(new DescribeServerlessCachesCommand({ ServerlessCacheName: name })), { permission: 'elasticache:DescribeServerlessCaches', resource });
    return judgeServerless(resource, theOne(caches, resource), endpoint);
  }
  const resource = `replication group ${name}`;
  const { ReplicationGroups: groups = [] } = await askAws(client.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: name })), { permission: 'elasticache:DescribeReplicationGroups', resource });
  return judgeNodes(resource, theOne(groups, resource), endpoint, settings.datastore.replicas);
}

function theOne<T>(found: readonly T[], resource: string): T {
  if (found.length === 0) {
    throw new NoAnswerError(`ElastiCache knows no ${resource}, although its stack has it: it was removed by other means. Destroy and deploy again.`);
  }
  return found[0];
}

function judgeNodes(resource: string, group: ReplicationGroup, endpoint: string, replicas: number): Verdict {
  const { Status: status = 'unknown', MemberClusters: members = [], UserGroupIds: userGroups = [] } = group;
  const address = group.NodeGroups?.[0]?.PrimaryEndpoint?.Address ?? 'none';
  const redundant = group.MultiAZ === 'enabled' && group.AutomaticFailover === 'enabled';
  return verdictOn(
    resource,
    `is available: ${group.Engine ?? 'its engine'} over TLS, ${members.length} nodes${redundant ? ', Multi-AZ with failover' : ', without failover as the settings say'}, at ${address}`,
    {
      failures: those(
        ...mustHold(status, address, endpoint),
        [group.TransitEncryptionEnabled !== true, 'takes connections without TLS'],
        [userGroups.length === 0, 'has no user group, so the functions cannot sign in'],
      ),
      doubts: those(
        ...mayDoubt(status),
        [group.AtRestEncryptionEnabled !== true, 'is not encrypted at rest'],
        [replicas > 0 && !redundant, 'is not Multi-AZ with automatic failover, as the settings want it: deploy again'],
        [members.length < 1 + replicas, `has ${members.length} nodes, and the settings want ${1 + replicas}: deploy again`],
      ),
    },
  );
}

function judgeServerless(resource: string, cache: ServerlessCache, endpoint: string): Verdict {
  const { Status: status = 'unknown' } = cache;
  const address = cache.Endpoint?.Address ?? 'none';
  return verdictOn(resource, `is available: ${cache.Engine ?? 'its engine'} ${cache.FullEngineVersion ?? ''} over TLS in every zone, at ${address}`, {
    failures: those(...mustHold(status, address, endpoint), [!cache.UserGroupId, 'has no user group, so the functions cannot sign in']),
    doubts: those(...mayDoubt(status)),
  });
}

function mustHold(status: string, address: string, endpoint: string): (readonly [boolean, string])[] {
  return [
    [!serving.has(status), `is ${status}, so no query can run: wait, or see its events in ElastiCache`],
    [address !== endpoint, `is at ${address}, and the functions connect to ${endpoint}: deploy again`],
  ];
}

function mayDoubt(status: string): (readonly [boolean, string])[] {
  return [[status !== 'available', `is ${status}: it serves meanwhile`]];
}
