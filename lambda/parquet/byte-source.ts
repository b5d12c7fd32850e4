/** All that the Parquet reader knows of the outside world: something named with bytes at offsets. */
export interface ByteSource {
  /** For error messages: the file's path or URL. */
  readonly name: string;
  /** Bytes in all. */
  readonly byteLength: number;
  /**
   * Bytes from `start` up to and excluding `end`; both lie within the file. Rejects rather than return fewer.
   * @param room at least as many bytes, in which they may be returned, where that spares the source to make room
   */
  read(start: number, end: number, room?: Uint8Array): Promise<Uint8Array>;
}
