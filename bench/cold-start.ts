/**
 * How long the functions' code takes to load in a fresh process, and how large it is: the part of a Lambda cold start that
 * is ours. The bundles and the layer are those that would be deployed. `npm run bench:cold-start`
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/build-app';
import { loadSettings } from '../lib/load-settings';
import { coloursFor } from '../scripts/output/colours';
import { renderTable } from '../scripts/output/table';

const ROUNDS = 20;
const repository = path.resolve(import.meta.dirname, '..');

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: { readonly Handler?: string; readonly Code?: { readonly S3Key: string }; readonly Content?: { readonly S3Key: string } } }>>;
}

/** Synthesizes the default environment, bundling as a deployment does; returns the assets' folders. */
async function synthesize(outdir: string): Promise<{ readonly functions: Readonly<Record<'worker' | 'invoker', string>>; readonly layer: string }> {
  process.env.CDK_VALIDATION = 'false';
  const { context } = JSON.parse(readFileSync(path.join(repository, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ outdir, context });
  buildApp(app, await loadSettings('default'));
  const { stacks } = app.synth();
  const resourcesOf = (stack: string) => {
    const template = stacks.find(({ stackName }) => stackName.endsWith(stack))?.template as Template | undefined;
    if (template === undefined) throw new Error(`The app has no stack that ends with '${stack}'.`);
    return Object.values(template.Resources);
  };
  const folderOf = (key: string | undefined) => path.join(outdir, `asset.${key?.replace('.zip', '')}`);
  const bundle = (stack: string) => folderOf(resourcesOf(stack).find(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.Handler === 'index.handler')?.Properties.Code?.S3Key);
  const layer = resourcesOf('worker').find(({ Type }) => Type === 'AWS::Lambda::LayerVersion');
  return { functions: { worker: bundle('worker'), invoker: bundle('query-api') }, layer: folderOf(layer?.Properties.Content?.S3Key) };
}

/** The layer's packages as Lambda offers them, beside the SDK that its runtime brings: here the repository's own. */
function runtimeModules(layer: string, folder: string): string {
  const modules = path.join(folder, 'node_modules');
  cpSync(path.join(layer, 'nodejs/node_modules'), modules, { recursive: true });
  return [modules, path.join(repository, 'node_modules')].join(path.delimiter);
}

function measure(bundle: string | null, nodePath: string): { readonly load: number; readonly total: number } {
  const environment = { ...process.env, NODE_PATH: nodePath, AWS_REGION: 'us-east-1', FROCKET_WORKER_REJECT_AGE: '60', FROCKET_CACHE_DIRECTORY: tmpdir(), FROCKET_CACHE_BYTES: '0', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769', POWERTOOLS_METRICS_NAMESPACE: 'bench', POWERTOOLS_SERVICE_NAME: 'bench' };
  const output = execFileSync(process.execPath, [path.join(import.meta.dirname, 'cold-start-probe.cjs'), ...(bundle === null ? [] : [path.join(bundle, 'index.js')])], { env: environment, encoding: 'utf8' });
  return JSON.parse(output) as { load: number; total: number };
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

function summary(values: readonly number[]): string[] {
  const sorted = [...values].sort((left, right) => left - right);
  return [sorted[0], sorted[Math.floor(sorted.length / 2)]].map((value) => value.toFixed(0));
}

const folder = mkdtempSync(path.join(tmpdir(), 'frocket-cold-start-'));
try {
  const { functions, layer } = await synthesize(path.join(folder, 'cdk.out'));
  const nodePath = runtimeModules(layer, folder);
  const subjects: readonly (readonly [string, string | null])[] = [['no code at all', null], ['worker', functions.worker], ['invoker', functions.invoker]];
  const runs = new Map(subjects.map(([name]) => [name, [] as { load: number; total: number }[]]));
  // Interleaved, since this machine's speed changes in bursts.
  for (let round = 0; round < ROUNDS; round++) for (const [name, bundle] of subjects) runs.get(name)?.push(measure(bundle, nodePath));

  const rows = subjects.map(([name, bundle]) => {
    const measured = runs.get(name) ?? [];
    const code = bundle === null ? '' : (statSync(path.join(bundle, 'index.js')).size / 1024).toFixed(0);
    return [name, ...summary(measured.map(({ load }) => load)), ...summary(measured.map(({ total }) => total)), code];
  });
  console.log(`Node.js ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}; ${ROUNDS} fresh processes each, interleaved; milliseconds\n`);
  const right = (title: string) => ({ title, align: 'right' as const });
  console.log(renderTable([{ title: 'function' }, right('load, least'), right('median'), right('process, least'), right('median'), right('bundle, KiB')], rows, coloursFor(process.stdout)));
  console.log(`\nThe layer has ${(sizeOf(layer) / 1024 / 1024).toFixed(1)} MiB unpacked.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
