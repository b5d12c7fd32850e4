import type { Logger } from 'pino';
import { DiskCache } from '../storage/part-cache/disk-cache';
import { PartCache } from '../storage/part-cache/part-cache';

/** What a worker may keep of the parts that it reads. Plain data: it is handed to threads. */
export interface PartCacheSettings {
  /** Bytes of memory. */
  readonly memoryBytes: number;
  /** Folder for files of decoded parts, and bytes of all of them; null: none. */
  readonly disk: { readonly directory: string; readonly maxBytes: number } | null;
}

export function openPartCache({ memoryBytes, disk }: PartCacheSettings, logger: Pick<Logger, 'warn'>): PartCache {
  const warn = (error: unknown, message: string) => logger.warn({ err: error }, message);
  return new PartCache({ memoryBytes, disk: disk && new DiskCache({ ...disk, warn }) });
}
