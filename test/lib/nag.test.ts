import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Stack, Validations } from 'aws-cdk-lib';
import type { App } from 'aws-cdk-lib';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { environmentNames } from './environments';
import { appOf } from './synthesize';

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly { readonly ruleName: string; readonly violatingConstructs: readonly { readonly constructPath: string }[] }[] }[];
}

/**
 * Findings whose names hold names that only CloudFormation knows, so that they cannot be acknowledged beside their cause.
 * All others are, in lib/.
 */
const explained: readonly { readonly finding: RegExp; readonly why: string }[] = [
  {
    finding: /(WorkerRole|QueueWorkers\/Task\/TaskRole)\/DefaultPolicy\/Resource AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:s3:::.*\/\*\]$/,
    why: 'workers read objects, which are named by prefix: those of the configured prefixes (policies.test.ts)',
  },
  {
    finding: /InvokerRole\/DefaultPolicy\/Resource AwsSolutions-IAM5\[Resource::frocket-\w+-datastore:ExportsOutputFnGetAttState\w+\/\*\]$/,
    why: 'the invoker keeps the registry\'s copies in the product\'s own state bucket',
  },
  {
    finding: /QueryApi\/CallerPolicy\/Resource AwsSolutions-IAM5\[Resource::arn:.*:execute-api:.*<QueryApi\w+>\/<QueryApiDeploymentStage\w+>\/\*\/\*\]$/,
    why: 'whoever has the policy may call every route of this one API and stage',
  },
  {
    finding: /(Worker|Invoker)Role\/DefaultPolicy\/Resource AwsSolutions-IAM5\[Resource::\*\]$/,
    why: 'X-Ray has no resources to name',
  },
];

/** The rules that an app breaks without saying why. */
function unexplained(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const silence = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    app.synth();
  } catch {
    // The report says what was found.
  } finally {
    silence.mockRestore();
    process.exitCode = undefined;
  }
  const file = path.join(app.outdir, 'validation-report.json');
  if (!existsSync(file)) {
    throw new Error('cdk-nag should have left a report of its findings.');
  }
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) => violatingConstructs.map(({ constructPath }) => `${constructPath} ${ruleName}`))
    .filter((finding) => !explained.some(({ finding: known }) => known.test(finding)));
}

test.each(environmentNames)('%s follows the AWS Solutions rules, or says why not', (environment) => {
  expect(unexplained(appOf(environment))).toEqual([]);
});

test('a public bucket that nobody explains is found', () => {
  const app = appOf('default');
  new CfnBucket(new Stack(app, 'Seeded'), 'Bucket');
  expect(unexplained(app)).toEqual(expect.arrayContaining([expect.stringMatching(/^Seeded\/Bucket AwsSolutions-S\d/)]));
});
