import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from './config';
import { repository } from './constructs/repository';
import { SettingError, readSettings } from './read-settings';

const folder = path.join(repository, 'environments');

/** Names of the environments that have a file. */
export function environmentNames(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -'.ts'.length)).sort();
}

/**
 * Reads `environments/<environment>.ts`, which exports its settings as default.
 *
 * @throws SettingError where there is no such file, or a setting is wrong
 */
export async function loadSettings(environment: string): Promise<Settings> {
  const file = path.join(folder, `${environment}.ts`);
  if (!existsSync(file)) {
    throw new SettingError(`There is no environment '${environment}': environments/ has ${environmentNames().join(', ')}. Copy one of them to environments/${environment}.ts.`);
  }
  const { default: settings } = (await import(pathToFileURL(file).href)) as { default: unknown };
  return readSettings(environment, settings);
}
