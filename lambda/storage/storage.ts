import type { PartFile } from '../datastore/dataset';
import type { ByteSource } from '../parquet/byte-source';

/** Files under one base path: a folder or an S3 prefix. */
export interface Storage {
  /**
   * Files directly under the base path whose name matches a glob (`*`, `?`, `[…]`), in name order.
   * Pages through as many as there are; hidden files and empty markers (`_SUCCESS`) match only if the glob says so.
   */
  list(pattern: string): Promise<PartFile[]>;
  /** Reads byte ranges of one file. Fails with `FileChangedError` where the file is no longer the one listed. */
  open(part: PartFile): ByteSource;
}
