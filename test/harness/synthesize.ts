import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp } from '../../lib/build-app';
import type { EnvironmentFile } from '../../lib/config';
import { readSettings } from '../../lib/read-settings';
import { CloudAssembly } from './cloud-assembly';

const repository = path.resolve(__dirname, '../..');

/** Synthesizes the app into a folder, its functions and layer bundled as `npm run synth` does. */
export function synthesize(environment: string, settings: EnvironmentFile, folder: string): CloudAssembly {
  // The validator has a test of its own, and takes seconds.
  process.env.CDK_VALIDATION = 'false';
  const { context } = JSON.parse(readFileSync(path.join(repository, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ outdir: folder, context });
  buildApp(app, readSettings(environment, settings));
  app.synth();
  return new CloudAssembly(folder);
}
