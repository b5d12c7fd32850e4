import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from './bundle';
import type { FreshReport } from './fresh-process';
import type { OurWork } from './our-side';
import { SideProcess } from './side-process';

/** As the worker function is deployed by default. */
export const FUNCTION_MEBIBYTES = 1769;

export type FreshWorker = SideProcess<OurWork, FreshReport>;

/** Lets `use` start processes of the worker function's code, set up as a deployment does. */
export async function withFreshWorkers<T>(use: (start: () => FreshWorker) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'frocket-bench-'));
  const bundles = await bundle(['fresh-process']);
  const environment = {
    FROCKET_WORKER_REJECT_AGE: '60',
    FROCKET_CACHE_DIRECTORY: path.join(folder, 'cache'),
    FROCKET_CACHE_BYTES: String(2 ** 30),
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(FUNCTION_MEBIBYTES),
    POWERTOOLS_METRICS_NAMESPACE: 'bench',
    POWERTOOLS_SERVICE_NAME: 'bench',
  };
  // As Lambda starts Node.js.
  const nodeOptions = [`--max-old-space-size=${Math.floor(FUNCTION_MEBIBYTES * 0.9)}`];
  try {
    return await use(() => SideProcess.start(bundles.file('fresh-process'), { environment, nodeOptions }));
  } finally {
    await bundles.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
