import type { ByteSource } from '../../lambda/parquet/byte-source';

/** Bytes in memory as a file, which remembers what has been read of it. */
export class MemorySource implements ByteSource {
  readonly reads: { start: number; end: number }[] = [];

  constructor(
    private readonly bytes: Uint8Array,
    readonly name = 'part-0.parquet',
  ) {}

  get byteLength(): number {
    return this.bytes.length;
  }

  read(start: number, end: number): Promise<Uint8Array> {
    if (start < 0 || end > this.bytes.length || start > end) throw new Error(`bytes ${start} to ${end} of ${this.bytes.length}`);
    this.reads.push({ start, end });
    return Promise.resolve(this.bytes.subarray(start, end));
  }
}
