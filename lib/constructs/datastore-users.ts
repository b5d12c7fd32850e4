import { CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import { datastoreKeyPrefix } from './environment-variables';

/**
 * What a user may do with keys that match a pattern: read, write and wait for them, and run scripts on them; besides, what a
 * client asks when it connects (INFO, the cluster's layout). Nothing that empties, lists or configures the server.
 */
function accessTo(pattern: string): string {
  return [
    'on',
    `~${pattern}`,
    '-@all',
    '+@read +@write +@blocking +@connection +@transaction +@scripting',
    '-@dangerous -@admin',
    '+info +cluster|slots +cluster|shards +cluster|nodes',
  ].join(' ');
}

/** Workers see the keys of jobs only: a fault in one cannot harm the registry. */
export const accessStrings = {
  worker: accessTo(`${datastoreKeyPrefix}{job:*`),
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
  readonly groupId: string;

  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id);
    const disabled = new CfnUser(this, 'Disabled', {
      engine: 'redis',
      userId: `${prefix}-default`,
      userName: 'default',
      noPasswordRequired: true,
      accessString: 'off -@all',
    });
    const [worker, invoker] = ([['Worker', accessStrings.worker], ['Invoker', accessStrings.invoker]] as const).map(([name, accessString]) => {
      const user = `${prefix}-${name.toLowerCase()}`;
      return new CfnUser(this, name, { engine: 'redis', userId: user, userName: user, authenticationMode: { Type: 'iam' }, accessString });
    });
    const group = new CfnUserGroup(this, 'Group', {
      engine: 'redis',
      userGroupId: `${prefix}-users`,
      userIds: [disabled, worker, invoker].map((user) => user.ref),
    });
    this.worker = worker.userName;
    this.invoker = invoker.userName;
    this.groupId = group.ref;
  }
}
