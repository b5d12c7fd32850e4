import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { App } from 'aws-cdk-lib';
import { buildApp } from '../../lib/build-app';
import { packagesInLayer } from '../../lib/constructs/dependency-layer';
import { readSettings } from '../../lib/read-settings';

// The validator has a test of its own, and takes seconds per process.
process.env.CDK_VALIDATION = 'false';

const repository = path.resolve(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'frocket-bundles-'));

/** Lambda's own bound for a function and its layers, unpacked, in bytes; packed, it takes 50 MB by its API, and more by S3. */
const largestUnpacked = 250 * 1024 * 1024;

/** Ours, in bytes: a bundle that has grown beyond has taken in something that it should not, and starts slowly. */
const largestBundle = 512 * 1024;

interface FunctionTemplate {
  readonly Type: string;
  readonly Properties: { readonly Handler?: string; readonly Code?: { readonly S3Key?: string }; readonly Content?: { readonly S3Key?: string } };
}

/** The folder of what a stack has built for its one resource of this type, whose handler is our own. */
function assetOf(stack: string, type: string): string {
  const { Resources } = JSON.parse(readFileSync(path.join(folder, `frocket-default-${stack}.template.json`), 'utf8')) as { Resources: Record<string, FunctionTemplate> };
  const [{ Properties }, ...others] = Object.values(Resources).filter((resource) => resource.Type === type && resource.Properties.Handler !== '__entrypoint__.handler');
  expect(others).toEqual([]);
  const key = (Properties.Code ?? Properties.Content)?.S3Key ?? '';
  return path.join(folder, `asset.${path.parse(key).name}`);
}

const functions = { worker: 'worker', invoker: 'query-api' } as const;
const names = Object.keys(functions) as (keyof typeof functions)[];
const functionFolder = (name: keyof typeof functions) => assetOf(functions[name], 'AWS::Lambda::Function');

function filesOf(place: string): string[] {
  return readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => path.join(place, name)).filter((file) => statSync(file).isFile());
}

function sizeOf(place: string): number {
  return filesOf(place).reduce((sum, file) => sum + statSync(file).size, 0);
}

/** Names of the packages whose sources went into a bundle, by its source map. */
function packagesIn(bundle: string): string[] {
  const { sources } = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as { sources: string[] };
  const found = sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1]);
  return [...new Set(found.filter((name) => name !== undefined))];
}

beforeAll(() => {
  const { context } = JSON.parse(readFileSync(path.join(repository, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ outdir: folder, context });
  buildApp(app, readSettings('default', { datasets: { ownBucket: true } }));
  app.synth();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(names)('the %s, as it is deployed', (name) => {
  const bundle = () => path.join(functionFolder(name), 'index.js');
  const code = () => readFileSync(bundle(), 'utf8');

  test('is one file and its source map, small, and with room beside its layer', () => {
    expect(readdirSync(functionFolder(name)).sort()).toEqual(['index.js', 'index.js.map']);
    expect(statSync(bundle()).size).toBeGreaterThan(50_000);
    expect(statSync(bundle()).size).toBeLessThan(largestBundle);
    expect(gzipSync(code()).length).toBeLessThan(largestBundle / 3);
    const layer = assetOf(functions[name], 'AWS::Lambda::LayerVersion');
    expect(existsSync(path.join(layer, 'nodejs', 'node_modules'))).toBe(true);
    expect(sizeOf(functionFolder(name)) + sizeOf(layer)).toBeLessThan(largestUnpacked / 5);
  });

  test('requires nothing but what Node.js, the runtime or the layer has', () => {
    const required = [...new Set([...code().matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, module]) => module))];
    // The last is for Node.js without a zstd of its own, which Lambda's is not.
    const inLayer = [...packagesInLayer(), 'zstddec'];
    const unknown = required.filter((module) => !isBuiltin(module) && !module.startsWith('@aws-sdk/') && !inLayer.some((known) => module === known || module.startsWith(`${known}/`)));
    expect(unknown).toEqual([]);
    expect(required).toEqual(expect.arrayContaining(['ioredis', 'pino']));
  });

  test('holds no datastore, thread pool or server of a laptop, no AWS SDK, and nothing twice that is in the layer', () => {
    const packages = packagesIn(bundle());
    expect(packages).toContain('@smithy/signature-v4');
    const unwanted = ['lmdb', 'msgpackr', 'piscina', '@hono/node-server', 'commander', 'aws-cdk-lib', ...packagesInLayer()];
    expect(packages.filter((found) => unwanted.includes(found) || found.startsWith('@aws-sdk/'))).toEqual([]);
  });
});
