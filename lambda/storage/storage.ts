import type { PartFile } from '../datastore/dataset';
import type { ByteSource } from '../parquet/byte-source';

/** Files under one base path: a folder or an S3 prefix. Failures reject with a `StorageError`. */
export interface Storage {
  /**
   * Files directly under the base path whose name matches a glob (`*`, `?`, `[…]`), in name order (by code units).
   * Pages through as many as there are; hidden files (`.…`) and markers (`_SUCCESS`) match only a glob that begins likewise.
   *
   * @throws SchemaError where the pattern is none
   */
  list(pattern: string): Promise<PartFile[]>;
  /** Reads byte ranges of one file. Reads fail with `FileChangedError` where the file is no longer the one listed. */
  open(part: PartFile): PartSource;
}

/** A part's bytes, to be closed after use. */
export interface PartSource extends ByteSource {
  /** Fails with `FileChangedError`, as reading would, where the file is no longer the one that was listed. */
  check(): Promise<void>;
  /** Frees what the source holds open; waits for reads that are under way. Reading afterwards fails. */
  close(): Promise<void>;
}
