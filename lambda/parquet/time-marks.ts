import type { TimeMarks } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import type { Address, Kernels } from './kernels/kernels';

/** Where so many rows are earlier than the row before, rows of a group are in no order: of groups in order none but first rows are, and fewer of those than half of the rows. */
const MOST_EARLIER = 0.45;

/** Marks of rows' times, found out page by page, as long as pages come in the order of their rows. */
export class TimeMarksBuilder {
  private readonly notLater: Int32Array;
  private readonly earlier: Int32Array;
  private rows = 0;
  private earlierRows = 0;
  private last = 0n;

  constructor(private readonly rowCount: number, memory: PartMemory) {
    const words = Math.ceil(rowCount / 32);
    [this.notLater, this.earlier] = [memory.integers(words), memory.integers(words)];
    // Bits of no row.
    this.notLater.fill(0, -1);
    this.earlier.fill(0, -1);
  }

  /** Whether all rows before one are marked, and seem to be in time order but for where groups end. */
  isInOrderUntil(row: number): boolean {
    return this.rows === row && this.earlierRows <= MOST_EARLIER * this.rows;
  }

  /** Takes the next page; false where it is another one. @param times integers of 64 bits, one per row, of which there is one at least */
  add(kernels: Kernels, times: Address, firstRow: number, rows: number): boolean {
    if (firstRow !== this.rows) return false;
    const view = new DataView(kernels.run.memory.buffer, times, 8 * rows);
    // The first row of all is neither.
    const before = firstRow === 0 ? -(2n ** 63n) : this.last;
    const skipped = this.rows & 7;
    const size = Math.ceil((skipped + rows) / 8);
    const [notLater, earlier] = [kernels.allocate(size), kernels.allocate(size)];
    this.earlierRows += kernels.run.markTimes(times, rows, before, skipped, notLater, earlier);
    this.append(this.notLater, kernels.bytes(notLater, size));
    this.append(this.earlier, kernels.bytes(earlier, size));
    if (firstRow === 0) this.notLater[0] &= ~1;
    this.last = view.getBigInt64(8 * (rows - 1), true);
    this.rows += rows;
    return true;
  }

  /** Of all rows; null where a page is missing. */
  finish(): TimeMarks | null {
    return this.rows === this.rowCount ? { notLater: this.notLater, earlier: this.earlier } : null;
  }

  /** @param bits of the next rows, none of the rows before */
  private append(marks: Int32Array, bits: Uint8Array): void {
    const bytes = new Uint8Array(marks.buffer, marks.byteOffset, marks.byteLength);
    const first = this.rows >>> 3;
    const begun = (this.rows & 7) === 0 ? 0 : bytes[first];
    bytes.set(bits, first);
    bytes[first] |= begun;
  }
}
