import { FrocketError } from '../../lambda/query/errors';
import { createS3Client } from '../../lambda/storage/s3-client';
import type { Settings } from '../../lib/config';
import { ApiUnreachableError, CredentialsError, GatewayError } from '../client/errors';
import { AccountError, aws } from '../deploy/account';
import { examineApi, examineRegistry, examineTasks } from './api';
import { NoAnswerError } from './ask-aws';
import { examineDatasetPrefix, examineStateBucket } from './buckets';
import { examineDatastore } from './datastore';
import { ok } from './finding';
import type { Examined, Finding, Verdict } from './finding';
import { examineFunction } from './functions';
import { examineStack, stackNames } from './stacks';
import type { Outputs } from './stacks';

/** What a check may fail with, each with a message that says what to do; anything else is a bug. */
const expected = [NoAnswerError, AccountError, ApiUnreachableError, GatewayError, CredentialsError, FrocketError];

/**
 * Examines the deployment of an environment, check by check: what others need comes first, and what needs something that
 * was not found is left out. Changes nothing, but for the time that a dataset was last used.
 *
 * @param apiKey for an API that takes keys
 */
export async function* diagnose(settings: Settings, apiKey: string | undefined): AsyncGenerator<Finding> {
  const account = await check('credentials', () => findRegion(settings));
  yield account.finding;
  if (account.found === null) {
    return;
  }
  const region = account.found;
  let outputs: Outputs = {};
  for (const name of stackNames) {
    const stack = await check('stack', () => examineStack(settings, region, name));
    yield stack.finding;
    if (stack.found === null) {
      return;
    }
    outputs = { ...outputs, ...stack.found };
  }
  const output = (key: string) => outputOf(settings, outputs, key);
  yield* examineParts(settings, region, output);
  yield* examineWhole(settings, region, output, apiKey);
}

type Output = (key: string) => string;

/** The parts, each by itself, as AWS knows them. */
async function* examineParts(settings: Settings, region: string, output: Output): AsyncGenerator<Finding> {
  yield tell('datastore', () => examineDatastore(settings, { region, name: output('DatastoreName'), endpoint: output('DatastoreEndpoint') }));
  const s3 = await createS3Client({ region });
  yield tell('state', () => examineStateBucket(s3, output('StateBucketName')));
  for (const { bucket, prefixes } of settings.datasets.sources) {
    for (const prefix of prefixes) {
      yield tell('datasets', () => examineDatasetPrefix(s3, bucket, prefix));
    }
  }
  if (settings.datasets.ownBucket) {
    yield tell('datasets', () => examineDatasetPrefix(s3, output('DatasetBucketName'), ''));
  }
  yield tell('worker', () => examineFunction(region, output('WorkerFunctionName')));
  yield tell('invoker', () => examineFunction(region, output('InvokerFunctionName')));
}

/** All parts together, as a client meets them. */
async function* examineWhole(settings: Settings, region: string, output: Output, apiKey: string | undefined): AsyncGenerator<Finding> {
  const api = await check('api', () => examineApi(settings, output('ApiUrl'), region, apiKey));
  if (api.found === null) {
    const { finding } = api;
    yield settings.api.private ? { ...finding, message: `${finding.message} This API is private: ask from within its VPC.` } : finding;
    return;
  }
  yield api.finding;
  const service = api.found;
  const registry = await check('registry', () => examineRegistry(service));
  yield registry.finding;
  if (registry.found !== null) {
    const datasets = registry.found;
    yield tell('tasks', () => examineTasks(service, datasets, output('ApiUrl')));
  }
}

async function findRegion(settings: Settings): Promise<Examined<string>> {
  const { account, region } = await aws.account(settings);
  return { verdict: ok(`Account ${account}, region ${region}.`), found: region };
}

function outputOf(settings: Settings, outputs: Outputs, key: string): string {
  if (!(key in outputs)) {
    throw new NoAnswerError(`The stacks have no output ${key}: deploy again, \`npm run deploy -- --env ${settings.environment}\`.`);
  }
  return outputs[key];
}

/** Makes a check; `found` is null where it could not be made. */
async function check<T>(name: string, examine: () => Promise<Examined<T>>): Promise<{ readonly finding: Finding; readonly found: T | null }> {
  try {
    const { verdict, found } = await examine();
    return { finding: { check: name, ...verdict }, found };
  } catch (error) {
    if (error instanceof Error && expected.some((kind) => error instanceof kind)) {
      return { finding: { check: name, outcome: 'failed', message: error.message }, found: null };
    }
    throw error;
  }
}

async function tell(name: string, examine: () => Promise<Verdict>): Promise<Finding> {
  const { finding } = await check(name, async () => ({ verdict: await examine(), found: undefined }));
  return finding;
}
