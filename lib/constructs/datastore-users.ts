import { CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { Settings } from '../config';
import { datastoreKeyPrefix } from './environment-variables';

/**
 * What a user may do with keys that match any of the patterns: read, write and wait for them, and run scripts on them; besides, what a
 * client asks when it connects (INFO, the cluster's layout), and the server's time. Nothing that empties, lists or configures the server.
 */
function accessTo(...patterns: string[]): string {
  return [
    'on',
    ...patterns.map((pattern) => `~${pattern}`),
    '-@all',
    '+@read +@write +@blocking +@connection +@transaction +@scripting',
    '-@dangerous -@admin',
    '+info +time +cluster|slots +cluster|shards +cluster|nodes',
  ].join(' ');
}

/** Workers see the keys of jobs only: a fault in one cannot harm the registry. */
export const accessStrings = {
  worker: accessTo(`${datastoreKeyPrefix}{job:*`),
  queueWorker: accessTo(`${datastoreKeyPrefix}{job:*`, `${datastoreKeyPrefix}{queue}*`),
  invoker: accessTo(`${datastoreKeyPrefix}*`),
} as const;

/**
 * Users of the datastore, signed in by IAM: each function has its own. The user that every Redis starts with is switched off.
 *
 * Users and group are of engine `redis`, which Valkey takes as well: there the group must name its default user, so that
 * the template shows it switched off.
 */
export class DatastoreUsers extends Construct {
  /** Names, which are IDs too: IAM authentication demands it. */
  readonly worker: string;
  readonly invoker: string;
  /** There is such a user where there are queue workers. */
  readonly queueWorker: string;
  readonly groupId: string;

  constructor(scope: Construct, id: string, { prefix, queueWorkers }: Settings) {
    super(scope, id);
    const disabled = new CfnUser(this, 'Disabled', {
      engine: 'redis',
      userId: `${prefix}-default`,
      userName: 'default',
      noPasswordRequired: true,
      accessString: 'off -@all',
    });
    this.worker = `${prefix}-worker`;
    this.invoker = `${prefix}-invoker`;
    this.queueWorker = `${prefix}-queue`;
    const user = (construct: string, name: string, accessString: string) =>
      new CfnUser(this, construct, { engine: 'redis', userId: name, userName: name, authenticationMode: { Type: 'iam' }, accessString });
    const users = [
      disabled,
      user('Worker', this.worker, accessStrings.worker),
      user('Invoker', this.invoker, accessStrings.invoker),
      ...(queueWorkers ? [user('QueueWorker', this.queueWorker, accessStrings.queueWorker)] : []),
    ];
    const group = new CfnUserGroup(this, 'Group', {
      engine: 'redis',
      userGroupId: `${prefix}-users`,
      userIds: users.map(({ ref }) => ref),
    });
    this.groupId = group.ref;
  }
}
