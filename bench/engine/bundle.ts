import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../..');

/** Files of the bench bundled as the product is, so that what is measured is what is deployed. */
export interface Bundles {
  file(name: string): string;
  remove(): Promise<void>;
}

/** @param names of files in this folder, without ending */
export async function bundle(names: readonly string[]): Promise<Bundles> {
  // Within the repository, whence DuckDB's library is found.
  const outdir = await mkdtemp(path.join(repository, 'node_modules/.frocket-bench-'));
  await build({
    entryPoints: names.map((name) => path.join(import.meta.dirname, `${name}.ts`)),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: true,
    external: ['@duckdb/node-api'],
    logLevel: 'warning',
  });
  return { file: (name) => path.join(outdir, `${name}.cjs`), remove: () => rm(outdir, { recursive: true, force: true }) };
}
