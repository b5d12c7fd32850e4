import { totalmem } from 'node:os';
import type { ThreadOptions } from './thread-lanes';

/** Of the machine's memory for the cached parts of all threads … */
const MEMORY_SHARE = 0.25;

/** … and bytes that one thread uses at most. */
const MEMORY_MAXIMUM = 2 * 2 ** 30;

/**
 * What each of some threads on this machine may keep of the parts that it reads.
 *
 * @param disk a folder that all share; no bytes: none
 */
export function cacheSettings(disk: { readonly directory: string; readonly maxBytes: number }, threads: number): ThreadOptions['cache'] {
  return {
    memoryBytes: Math.floor(Math.min(MEMORY_MAXIMUM, (totalmem() * MEMORY_SHARE) / Math.max(1, threads))),
    disk: disk.maxBytes === 0 ? null : disk,
  };
}
