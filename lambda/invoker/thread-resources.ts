import { totalmem } from 'node:os';
import type { ThreadOptions } from './thread-lanes';

/** Of the machine's memory for the cached parts of all threads … */
const CACHE_SHARE = 0.25;

/** … and bytes that one thread uses at most. */
const CACHE_MAXIMUM = 2 * 2 ** 30;

/** Of the machine's memory for the parts that all threads read at once. */
const READING_SHARE = 0.5;

/**
 * What memory and disk each of some threads on this machine may use.
 *
 * @param disk a folder for decoded parts, which all share; no bytes: none
 */
export function threadResources(disk: { readonly directory: string; readonly maxBytes: number }, threads: number): Pick<ThreadOptions, 'cache' | 'memoryLimit'> {
  const memory = totalmem() / Math.max(1, threads);
  return {
    cache: { memoryBytes: Math.floor(Math.min(CACHE_MAXIMUM, memory * CACHE_SHARE)), disk: disk.maxBytes === 0 ? null : disk },
    memoryLimit: Math.floor(memory * READING_SHARE),
  };
}
