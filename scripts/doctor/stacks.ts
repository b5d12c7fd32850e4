import type { Settings } from '../../lib/config';
import { describeStack } from '../deploy/account';
import { askAws, NoAnswerError } from './ask-aws';
import { failed, ok, warning } from './finding';
import type { Examined, Verdict } from './finding';

/** Those that every environment has, in the order of their deployment. */
export const stackNames = ['network', 'datastore', 'worker', 'query-api'] as const;

/** Outputs of stacks, by name. */
export type Outputs = Readonly<Record<string, string>>;

/**
 * Whether a stack of the environment stands as it was last deployed.
 *
 * @throws NoAnswerError where it is missing, or CloudFormation does not tell
 */
export async function examineStack(settings: Settings, region: string, stack: (typeof stackNames)[number]): Promise<Examined<Outputs>> {
  const name = `${settings.prefix}-${stack}`;
  const found = await askAws(describeStack(region, name), { permission: 'cloudformation:DescribeStacks', resource: `stack ${name}` });
  const redeploy = `\`npm run deploy -- --env ${settings.environment}\``;
  if (found === undefined) {
    throw new NoAnswerError(`There is no stack ${name} in ${region}. Deploy it: ${redeploy}; or name its region with --region.`);
  }
  const status = found.StackStatus ?? 'unknown';
  const outputs: Outputs = Object.fromEntries((found.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  return { verdict: judge(name, status, found.StackStatusReason, redeploy), found: outputs };
}

function judge(name: string, status: string, reason: string | undefined, redeploy: string): Verdict {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) {
    return ok(`${name} is ${status}.`);
  }
  if (/^(CREATE|UPDATE|IMPORT)_.*IN_PROGRESS$/.test(status)) {
    return warning(`${name} is ${status}: ask again when its deployment has ended.`);
  }
  if (/^(UPDATE|IMPORT)_ROLLBACK_COMPLETE$/.test(status)) {
    return warning(`${name} is ${status}: it stands as before its last deployment, which failed. Its events in CloudFormation say why; then ${redeploy}.`);
  }
  return failed(`${name} is ${status}${reason === undefined ? '' : ` (${reason})`}. Remove the cause, which its events in CloudFormation tell; then ${redeploy}.`);
}
