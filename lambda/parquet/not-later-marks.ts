import type { PartMemory } from '../engine/part-memory';
import type { Address, Kernels } from './kernels/kernels';

/** Rows whose time is not later than that of the row before, found out page by page, as long as pages come in the order of their rows. */
export class NotLaterMarks {
  private readonly marks: Int32Array;
  private readonly bytes: Uint8Array;
  private rows = 0;
  private last = NaN;

  constructor(private readonly rowCount: number, memory: PartMemory) {
    this.marks = memory.integers(Math.ceil(rowCount / 32));
    // Bits of no row.
    this.marks.fill(0, -1);
    this.bytes = new Uint8Array(this.marks.buffer, this.marks.byteOffset, this.marks.byteLength);
  }

  /** Takes the next page; false where it is another one. @param times doubles, one per row, of which there is one at least */
  add(kernels: Kernels, times: Address, firstRow: number, rows: number): boolean {
    if (firstRow !== this.rows) return false;
    const [first, skipped] = [this.rows >>> 3, this.rows & 7];
    const size = Math.ceil((skipped + rows) / 8);
    const bits = kernels.allocate(size);
    this.last = kernels.run.markPage(times, rows, this.last, skipped, bits);
    const begun = skipped === 0 ? 0 : this.bytes[first];
    this.bytes.set(kernels.bytes(bits, size), first);
    this.bytes[first] |= begun;
    this.rows += rows;
    return true;
  }

  /** Of all rows, a bit each, 32 in an integer, the lowest first; null where a page is missing. */
  finish(): Int32Array | null {
    return this.rows === this.rowCount ? this.marks : null;
  }
}
