import { environmentSchema } from './config';
import type { Settings } from './config';

/** A setting of an environment file is not what it should be. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

const environmentName = /^[a-z](?:-?[a-z0-9]){0,14}$/;

/**
 * Completes an environment file with the defaults, and checks it.
 *
 * @param environment name of the environment
 * @throws SettingError naming each wrong setting, its value and what is right
 */
export function readSettings(environment: string, file: unknown): Settings {
  if (!environmentName.test(environment)) {
    throw new SettingError(`The environment '${environment}' should be named by 1 to 15 lower-case letters, digits and single hyphens.`);
  }
  const parsed = environmentSchema.safeParse(file, { reportInput: true });
  if (!parsed.success) {
    const lines = parsed.error.issues.flatMap((issue) => describe(file, issue));
    throw new SettingError(`environments/${environment}.ts:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  }
  return { ...parsed.data, environment, prefix: `${parsed.data.product}-${environment}` };
}

type Issue = NonNullable<ReturnType<typeof environmentSchema.safeParse>['error']>['issues'][number];

function describe(file: unknown, issue: Issue): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...path, key].join('.')} is not a setting; see the table in docs/operating.md.`);
  }
  const value = valueAt(file, path);
  const name = path.join('.');
  const wrong = value === undefined ? `${name} is missing` : `${name} is ${JSON.stringify(value)}`;
  return [`${wrong}: it ${expectation(issue)}.`];
}

function expectation(issue: Issue): string {
  if (issue.code === 'too_small') {
    return `should ${issue.origin === 'array' ? 'have' : 'be'} at least ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    return `should be at most ${issue.maximum}`;
  }
  if (issue.code === 'invalid_type') {
    return `should be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
  }
  if (issue.code === 'invalid_value') {
    return `should be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  }
  return issue.message;
}

function valueAt(file: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    file,
  );
}
