import { fileURLToPath } from 'node:url';

/** Path of the bundled worker thread: it lies beside the bundle that this code is in. */
export function workerThreadFile(): string {
  return fileURLToPath(new URL('worker-thread.mjs', import.meta.url));
}
