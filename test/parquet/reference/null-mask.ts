import { MalformedError } from '../../../lambda/parquet/errors';

/** Which rows of an optional column are null, gathered from the definition levels (0 null, 1 present) of its pages. */
export class NullMask {
  private bytes: Uint8Array | null = null;
  private nullCount = 0;

  constructor(private readonly rowCount: number) {}

  /** 1 where the row is null, else 0. */
  get mask(): Uint8Array {
    this.bytes ??= new Uint8Array(this.rowCount);
    return this.bytes;
  }

  /** The mask, or null where no row is null. */
  get maskIfAny(): Uint8Array | null {
    return this.nullCount > 0 ? this.mask : null;
  }

  /** Levels in the RLE / bit-packing hybrid, one bit wide, of `count` rows from `row`; returns how many are present. */
  readHybrid(bytes: Uint8Array, start: number, end: number, row: number, count: number): number {
    const stop = row + count;
    let position = start;
    let next = row;
    let nulls = 0;
    while (next < stop) {
      let header = 0;
      let shift = 0;
      let byte: number;
      do {
        if (position >= end || shift > 28) throw new MalformedError(`definition levels end after ${next - row} of ${count} rows`);
        byte = bytes[position++];
        header |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte >= 0x80);
      const length = header >>> 1;
      const bitPacked = (header & 1) === 1;
      const rows = Math.min(bitPacked ? length * 8 : length, stop - next);
      if ((bitPacked ? Math.ceil(rows / 8) : 1) > end - position) throw new MalformedError(`definition levels end within a run, after ${next - row} of ${count} rows`);
      if (bitPacked) {
        nulls += this.fillFromBits(bytes, position, next, rows);
        position += length;
      } else {
        const level = bytes[position++];
        if (level > 1) throw new MalformedError(`definition level ${level} in a column whose greatest is 1`);
        if (level === 0) {
          this.mask.fill(1, next, next + rows);
          nulls += rows;
        }
      }
      next += rows;
    }
    this.nullCount += nulls;
    return count - nulls;
  }

  /** Levels in the deprecated BIT_PACKED encoding: the most significant bit first, no header. */
  readBitPacked(bytes: Uint8Array, start: number, end: number, row: number, count: number): number {
    if (Math.ceil(count / 8) > end - start) throw new MalformedError(`definition levels of ${count} rows in ${end - start} bytes`);
    const mask = this.mask;
    let nulls = 0;
    for (let i = 0; i < count; i++) {
      const isNull = (~bytes[start + (i >>> 3)] >>> (7 - (i & 7))) & 1;
      mask[row + i] = isNull;
      nulls += isNull;
    }
    this.nullCount += nulls;
    return count - nulls;
  }

  private fillFromBits(bytes: Uint8Array, position: number, row: number, count: number): number {
    const wholeStop = row + count - (count % 8);
    const stop = row + count;
    let nulls = 0;
    let i = row;
    for (; i < wholeStop; i += 8) {
      const byte = bytes[position++];
      if (byte !== 0xff) nulls += this.setNulls(~byte, i, 8);
    }
    if (i < stop) nulls += this.setNulls(~bytes[position], i, stop - i);
    return nulls;
  }

  private setNulls(bits: number, row: number, count: number): number {
    const mask = this.mask;
    let nulls = 0;
    for (let k = 0; k < count; k++) {
      const isNull = (bits >>> k) & 1;
      mask[row + k] = isNull;
      nulls += isNull;
    }
    return nulls;
  }
}
