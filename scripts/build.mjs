/**
 * Bundles the command line, the demo and the worker thread into `dist/`, for Node.js 20 and later.
 * `node scripts/build.mjs`
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { buildKernels } from './build-kernels.mjs';
import { freshness, stampOf } from './setup/freshness.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const output = path.join(root, 'dist');

const entryPoints = {
  frocket: 'scripts/frocket.ts',
  demo: 'scripts/demo.ts',
  'worker-thread': 'lambda/worker/thread.ts',
};

/** Packages with native parts or with files of their own that they load at run time: found in node_modules. */
const external = ['lmdb', 'msgpackr', 'msgpackr-extract', 'pino', 'piscina', 'tsx'];

/** CommonJS packages inside the bundles call `require`, which ES modules do not have. */
const banner = `import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

/** Shared chunks of earlier builds stay this long (milliseconds), for running servers that have yet to load some of them. */
const keepOldChunks = 24 * 60 * 60 * 1000;

/** @param state `freshness` of the sources, read before they are bundled. */
export async function build(state = freshness(root)) {
  const fresh = path.join(output, `building-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  await buildKernels();
  try {
    await esbuild({
      absWorkingDir: root,
      entryPoints,
      outdir: fresh,
      outExtension: { '.js': '.mjs' },
      chunkNames: 'chunk-[hash]',
      bundle: true,
      // Heavy parts (the AWS SDK, the datastore) are imported when first needed: `--help` need not wait for them.
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      external,
      // Of packages in both kinds the ES modules: a dynamic import of CommonJS would find no names but `default`.
      mainFields: ['module', 'main'],
      banner: { js: banner },
      logLevel: 'warning',
    });
    moveIntoPlace(fresh);
    writeFileSync(stampOf(root), state);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Chunks before the entries that import them: whoever starts meanwhile finds either the old bundle or the new one, whole. */
function moveIntoPlace(fresh) {
  const isEntry = (name) => name.replace(/\.mjs(\.map)?$/, '') in entryPoints;
  const names = readdirSync(fresh).sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
  names.forEach((name) => renameSync(path.join(fresh, name), path.join(output, name)));
  for (const name of readdirSync(output)) {
    const file = path.join(output, name);
    if (name.startsWith('chunk-') && !names.includes(name) && Date.now() - statSync(file).mtimeMs > keepOldChunks) {
      rmSync(file);
    }
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  await build();
}
