import type { Settings } from '../../lib/config';
import type { Aws } from './account';
import { appArguments, outputFolder } from './cdk';
import type { Cdk } from './cdk';

/** What the commands work with, so that tests need no account. */
export interface Tools {
  readonly cdk: Cdk;
  readonly aws: Aws;
  readonly print: (line: string) => void;
}

/** The CDK failed, and has said why. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

/** Writes an environment's templates, to review them or to deploy them by other means. Needs no credentials. */
export function synth(settings: Settings, { cdk, print }: Tools): void {
  const arguments_ = ['synth', '--quiet', '--no-path-metadata', '--no-asset-metadata', ...appArguments(settings.environment)];
  if (!cdk(arguments_)) {
    throw new DeploymentError('Synthesis failed; see above.');
  }
  print(`Templates and what they need lie in ${outputFolder(settings.environment)}`);
}

/** Bootstraps the account where needed, deploys all stacks in order, and prints where the API is. */
export async function deploy(settings: Settings, { cdk, aws, print }: Tools): Promise<void> {
  const account = await aws.account(settings);
  print(`Deploying '${settings.environment}' to account ${account.account} in ${account.region} …`);
  if (!(await aws.isBootstrapped(account)) && !cdk(['bootstrap', `aws://${account.account}/${account.region}`])) {
    throw new DeploymentError('Bootstrapping the account for the CDK failed; see above.');
  }
  if (!cdk(['deploy', '--all', '--require-approval', 'never', ...appArguments(settings.environment)])) {
    throw new DeploymentError('Deployment failed; see above. What stood before stands still; run the command again when the cause is gone.');
  }
  const { ApiUrl, CallerPolicyArn } = await aws.outputs(account, `${settings.prefix}-query-api`);
  print(`\nAPI: ${ApiUrl}`);
  if (CallerPolicyArn) {
    print(`Whoever shall call it needs the policy ${CallerPolicyArn}, or the right to by another.`);
  }
  print(`Try:   npx frocket list --api ${ApiUrl}`);
  print(`Check: npx frocket doctor --env ${settings.environment}`);
}

/** Shows what deploying would change. */
export async function diff(settings: Settings, { cdk, aws }: Tools): Promise<void> {
  await aws.account(settings);
  if (!cdk(['diff', ...appArguments(settings.environment)])) {
    throw new DeploymentError('Comparing failed; see above.');
  }
}

/** Removes all stacks. What the environment keeps stays, and is said. */
export async function destroy(settings: Settings, { cdk, aws, print }: Tools): Promise<void> {
  const account = await aws.account(settings);
  const kept = settings.keepData
    ? `Its buckets and logs stay, the datastore leaves a last snapshot, and ${settings.prefix}-datastore is protected: first switch off its termination protection, or set keepData to false, deploy and destroy again, which removes them as well.`
    : 'Nothing stays: datastore, buckets and their objects go with it.';
  print(`Removing '${settings.environment}' from account ${account.account} in ${account.region}. ${kept}`);
  if (!cdk(['destroy', '--all', ...appArguments(settings.environment)])) {
    throw new DeploymentError('Removal failed or was declined; see above.');
  }
}
