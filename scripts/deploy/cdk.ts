import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { repository } from '../../lib/constructs/repository';

/** Runs the CDK's command line; false where it failed, having said why on the terminal. */
export type Cdk = (args: readonly string[]) => boolean;

/** The CDK of this repository's lock file, on the app of this repository. */
export const cdk: Cdk = (args) => {
  const program = createRequire(path.join(repository, 'package.json')).resolve('aws-cdk/bin/cdk');
  return spawnSync(process.execPath, [program, ...args], { cwd: repository, stdio: 'inherit' }).status === 0;
};

/** Where an environment's templates and assets are written. */
export function outputFolder(environment: string): string {
  return path.join('cdk.out', environment);
}

/** What every CDK command on an environment needs to know. */
export function appArguments(environment: string): string[] {
  return ['--context', `env=${environment}`, '--output', outputFolder(environment)];
}
