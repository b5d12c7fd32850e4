import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { temporaryFolder } from '../worker/parquet-parts';

export interface ThreadBundle {
  readonly file: string;
  remove(): Promise<void>;
}

/** Bundles a worker thread's entry into a temporary folder, with the settings that matter of `scripts/build.mjs`. */
export async function bundleThread(entry: 'lambda/worker/thread.ts' | 'test/invoker/fragile-thread.ts'): Promise<ThreadBundle> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'worker-thread.mjs');
  await build({
    absWorkingDir: path.resolve(__dirname, '../..'),
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return { file, remove: () => rm(folder, { recursive: true }) };
}
