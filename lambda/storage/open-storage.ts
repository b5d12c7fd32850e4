import { LocalStorage } from './local-storage';
import { parseLocation } from './location';
import { sharedS3Client } from './s3-client';
import { S3Storage } from './s3-storage';
import type { Storage } from './storage';

export interface StorageOptions {
  /** Folders that local files must lie in once links are followed; default: wherever links lead. */
  readonly confineTo?: readonly string[];
}

/**
 * Opens a base path: a folder, `file:///folder` or `s3://bucket/prefix`. Nothing is looked at yet.
 *
 * @throws SchemaError where the base path is none
 */
export function openStorage(basepath: string, options: StorageOptions = {}): Storage {
  const location = parseLocation(basepath);
  return location.kind === 's3' ? new S3Storage(location, sharedS3Client) : new LocalStorage(location.folder, options.confineTo);
}
