import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { DatastoreUsers } from './datastore-users';
import { datastoreKeyPrefix, environmentVariables } from './environment-variables';

/** How the datastore can be reached. Strings may be tokens. */
export interface DatastoreConnection {
  readonly kind: 'nodes' | 'serverless';
  readonly host: string;
  /** Replication group ID, or name of the serverless cache. */
  readonly cacheName: string;
  readonly users: DatastoreUsers;
}

/** The port of writes and reads: ElastiCache's default, which serverless caches cannot change. */
export const datastorePort = 6379;

/** Serverless caches answer the cluster protocol's reads from replicas here. */
export const serverlessReaderPort = 6380;

/** The variables by which a function or container finds the datastore and signs in. */
export function datastoreVariables(connection: DatastoreConnection, user: string): Record<string, string> {
  return {
    [environmentVariables.datastoreHost]: connection.host,
    [environmentVariables.datastorePort]: String(datastorePort),
    [environmentVariables.datastoreUser]: user,
    [environmentVariables.datastoreCacheName]: connection.cacheName,
    [environmentVariables.datastoreServerless]: String(connection.kind === 'serverless'),
    [environmentVariables.datastoreKeyPrefix]: datastoreKeyPrefix,
  };
}

/** Lets a function or container sign in to the datastore as one user. Both the cache and the user must be named. */
export function grantConnect(connection: DatastoreConnection, user: string, grantee: IGrantable & IConstruct): void {
  const { partition, region, account } = Stack.of(grantee);
  const arn = (resource: string) => `arn:${partition}:elasticache:${region}:${account}:${resource}`;
  const cacheType = connection.kind === 'serverless' ? 'serverlesscache' : 'replicationgroup';
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['elasticache:Connect'],
      resources: [arn(`${cacheType}:${connection.cacheName}`), arn(`user:${user}`)],
    }),
  );
}
