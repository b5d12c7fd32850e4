import type { BoolColumn } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { ColumnBuilder } from './column-builder';
import { Encoding, unexpectedEncoding } from './encoding';
import { MalformedError } from './errors';
import { hybridOutcome } from './kernels/outcomes';
import type { Page } from './page';

const NULL = 2;

export class BoolColumnBuilder implements ColumnBuilder {
  private readonly values: Uint8Array;

  constructor(rowCount: number, memory: PartMemory) {
    this.values = memory.bytes(rowCount);
  }

  setDictionary(): void {
    throw new MalformedError('a dictionary of booleans');
  }

  clearDictionary(): void {
    // Booleans have none.
  }

  decode(page: Page): void {
    const { encoding, firstRow, rows, present, nulls, kernels } = page;
    if (present > 0) {
      if (encoding === Encoding.PLAIN) this.decodeBits(page);
      else if (encoding === Encoding.RLE) this.decodeRuns(page);
      else unexpectedEncoding(encoding, 'BOOLEAN');
    }
    if (nulls !== null) this.spread(kernels.bytes(nulls, rows), firstRow, present);
  }

  finish(): BoolColumn {
    return { type: 'BOOL', values: this.values };
  }

  private decodeBits({ bytes, present, firstRow }: Page): void {
    if (Math.ceil(present / 8) > bytes.length) throw new MalformedError(`${present} booleans in ${bytes.length} bytes`);
    for (let i = 0; i < present; i++) this.values[firstRow + i] = (bytes[i >>> 3] >>> (i & 7)) & 1;
  }

  /** The hybrid of bit width 1, its length in 4 bytes before it. */
  private decodeRuns({ kernels, bytes, present, firstRow }: Page): void {
    if (bytes.length < 4) throw new MalformedError(`${present} run-length encoded booleans in ${bytes.length} bytes`);
    const length = (bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24)) >>> 0;
    if (length > bytes.length - 4) throw new MalformedError(`run-length encoded booleans of ${length} bytes in ${bytes.length - 4}`);
    const bits = kernels.allocate(present * 4);
    const start = bytes.byteOffset + 4;
    hybridOutcome(kernels, kernels.run.decodeIndices(start, start + length, 1, 2, present, bits), 'run-length encoded data', present, 2);
    this.values.set(kernels.int32s(bits, present), firstRow);
  }

  /** From the end, so that no value is overwritten before it has been moved. */
  private spread(nulls: Uint8Array, row: number, present: number): void {
    let from = row + present;
    for (let i = nulls.length - 1; i >= 0; i--) this.values[row + i] = nulls[i] === 1 ? NULL : this.values[--from];
  }
}
