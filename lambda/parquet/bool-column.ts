import type { BoolColumn } from '../engine/columns';
import type { ColumnBuilder } from './column-builder';
import { spreadValues } from './column-builder';
import { Encoding, unexpectedEncoding } from './encoding';
import { MalformedError } from './errors';
import { decodeHybrid } from './rle';

const NULL = 2;

export class BoolColumnBuilder implements ColumnBuilder {
  private readonly values: Uint8Array;

  constructor(rowCount: number) {
    this.values = new Uint8Array(rowCount);
  }

  setDictionary(): void {
    throw new MalformedError('a dictionary of booleans');
  }

  clearDictionary(): void {
    // Booleans have none.
  }

  decode(encoding: number, bytes: Uint8Array, count: number, row: number): void {
    if (encoding === Encoding.PLAIN) this.decodeBits(bytes, count, row);
    else if (encoding === Encoding.RLE) this.decodeRuns(bytes, count, row);
    else unexpectedEncoding(encoding, 'BOOLEAN');
  }

  spread(nulls: Uint8Array, row: number, rows: number, present: number): void {
    spreadValues(this.values, NULL, nulls, row, rows, present);
  }

  finish(): BoolColumn {
    return { type: 'BOOL', values: this.values };
  }

  private decodeBits(bytes: Uint8Array, count: number, row: number): void {
    if (Math.ceil(count / 8) > bytes.length) throw new MalformedError(`${count} booleans in ${bytes.length} bytes`);
    for (let i = 0; i < count; i++) this.values[row + i] = (bytes[i >>> 3] >>> (i & 7)) & 1;
  }

  /** The hybrid of bit width 1, its length in 4 bytes before it. */
  private decodeRuns(bytes: Uint8Array, count: number, row: number): void {
    if (bytes.length < 4) throw new MalformedError(`${count} run-length encoded booleans in ${bytes.length} bytes`);
    const length = (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
    if (length > bytes.length - 4) throw new MalformedError(`run-length encoded booleans of ${length} bytes in ${bytes.length - 4}`);
    const bits = new Int32Array(count);
    decodeHybrid(bytes, 4, 4 + length, 1, 2, count, bits, 0);
    this.values.set(bits, row);
  }
}
