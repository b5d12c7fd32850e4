import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Stack } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Settings } from '../../lib/config';

/** The account and region that a command would work on. */
export interface Account {
  readonly account: string;
  readonly region: string;
}

/** There are no usable credentials, or they are another account's than the environment is for. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
}

/** What deploying asks AWS before it starts. */
export interface Aws {
  /** @throws AccountError saying what to do */
  account(settings: Settings): Promise<Account>;
  isBootstrapped(account: Account): Promise<boolean>;
  /** Outputs of a stack by name. */
  outputs(account: Account, stack: string): Promise<Readonly<Record<string, string>>>;
}

const bootstrapStack = 'CDKToolkit';

export const aws: Aws = {
  async account(settings) {
    const client = new STSClient(settings.region ? { region: settings.region } : {});
    let region: string;
    try {
      region = await client.config.region();
    } catch {
      throw new AccountError('No AWS region is set. Set AWS_REGION, choose a profile with AWS_PROFILE, or name a region in the environment file.');
    }
    const identity = await client.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
      throw new AccountError(`No usable AWS credentials: ${error instanceof Error ? error.message : String(error)}. Sign in (\`aws sso login\`) or set AWS_PROFILE; \`npm run synth\` needs none.`);
    });
    const account = identity.Account ?? '';
    if (settings.account && settings.account !== account) {
      throw new AccountError(`The credentials are for account ${account}, and environment '${settings.environment}' is for ${settings.account}. Choose another profile with AWS_PROFILE.`);
    }
    return { account, region };
  },

  async isBootstrapped({ region }) {
    return (await describeStack(region, bootstrapStack)) !== undefined;
  },

  async outputs({ region }, stack) {
    const found = await describeStack(region, stack);
    return Object.fromEntries((found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  },
};

/** A stack as CloudFormation knows it; undefined where it knows none of that name. */
export async function describeStack(region: string, stack: string): Promise<Stack | undefined> {
  const client = new CloudFormationClient({ region });
  try {
    return (await client.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0];
  } catch (error) {
    // CloudFormation answers so where there is no such stack.
    if (error instanceof Error && error.name === 'ValidationError') {
      return undefined;
    }
    throw error;
  }
}
