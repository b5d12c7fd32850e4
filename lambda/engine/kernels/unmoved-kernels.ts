import type { GroupNumbers } from '../group-numbers';
import { borrowKernels, returnKernels, type Address } from './module';

/** What a block takes of a column fits into a processor's second cache. */
const ROWS_AT_ONCE = 4096;

/** Kernels for rows in the order of the file. All that is kept per row is the number of its group, in their own memory. */
export class UnmovedKernels {
  /** Per number 1 where there is such a group, else 0. */
  readonly present: Uint8Array;
  readonly #kernels = borrowKernels();
  readonly #rows: number;
  readonly #groups: number;
  readonly #block: Address;
  readonly #chosen: Address;
  readonly #numbers: Address;
  readonly #perGroup: Address;

  /** @throws RangeError where there is no memory to be had */
  constructor(groups: GroupNumbers) {
    this.#rows = groups.ids.length;
    this.#groups = groups.size;
    this.#block = this.#kernels.allocate(8 * ROWS_AT_ONCE);
    this.#chosen = this.#kernels.allocate(4 * (1 + ROWS_AT_ONCE));
    this.#numbers = this.#kernels.allocate(4 * (this.#rows + ROWS_AT_ONCE));
    this.#perGroup = this.#kernels.allocate(4 * this.#groups);
    this.present = this.#number(groups);
  }

  /** Gives its memory back: nothing is asked of it afterwards. */
  end(): void {
    returnKernels(this.#kernels);
  }

  /** Per group the bits that any of its rows has. @param bits per row, less 1 */
  uniteRows(bits: Int32Array): Int32Array {
    this.#kernels.integers(this.#perGroup, this.#groups).fill(0);
    this.#eachBlock(bits, (numbers, rows) => { this.#kernels.run.uniteRows(numbers, rows, this.#block, this.#perGroup); });
    return this.#kernels.integers(this.#perGroup, this.#groups).slice();
  }

  /** Per group the bits that any of its rows has by a table over codes. @param codes a byte per row */
  uniteCodes(codes: Uint8Array, table: Uint8Array): Uint8Array {
    this.#kernels.bytes(this.#perGroup, this.#groups).fill(0);
    this.#withTable(table, (tableAt) => {
      this.#eachBlock(codes, (numbers, rows) => { this.#kernels.run.uniteCodes(numbers, rows, this.#block, tableAt, this.#perGroup); });
    });
    return this.#kernels.bytes(this.#perGroup, this.#groups).slice();
  }

  /** Per group the rows whose code has 1 in a table. @param codes a byte per row */
  countCodes(codes: Uint8Array, table: Uint8Array): Int32Array {
    this.#kernels.integers(this.#perGroup, this.#groups).fill(0);
    this.#withTable(table, (tableAt) => {
      this.#eachBlock(codes, (numbers, rows) => { this.#kernels.run.countCodesPerGroup(numbers, rows, this.#block, tableAt, this.#chosen, this.#perGroup); });
    });
    return this.#kernels.integers(this.#perGroup, this.#groups).slice();
  }

  /** Rows of chosen groups. @param chosen per group 1 or 0 */
  countRows(chosen: Uint8Array): number {
    this.#kernels.bytes(this.#perGroup, this.#groups).set(chosen);
    return this.#kernels.run.countRowsOfGroups(this.#numbers, this.#rows, this.#perGroup);
  }

  /** The same per code, of which there are `width`. @param codes a byte per row */
  countRowsPerCode(codes: Uint8Array, width: number, chosen: Uint8Array): Int32Array {
    this.#kernels.bytes(this.#perGroup, this.#groups).set(chosen);
    const counts = this.#kernels.allocate(8 * width);
    const others = counts + 4 * width;
    this.#kernels.integers(counts, 2 * width).fill(0);
    this.#eachBlock(codes, (numbers, rows) => { this.#kernels.run.countRowsPerCode(numbers, rows, this.#block, this.#perGroup, counts, others); });
    const ofOthers = this.#kernels.integers(others, width);
    const counted = this.#kernels.integers(counts, width).map((rows, place) => rows + ofOthers[place]);
    this.#kernels.release(counts);
    return counted;
  }

  #number({ ids, least }: GroupNumbers): Uint8Array {
    const { run } = this.#kernels;
    this.#kernels.bytes(this.#perGroup, this.#groups).fill(0);
    for (let first = 0; first < ids.length; first += ROWS_AT_ONCE) {
      const block = ids.subarray(first, first + ROWS_AT_ONCE);
      const numbers = this.#numbers + 4 * first;
      if (block instanceof Int32Array) this.#kernels.integers(numbers, block.length).set(block);
      else {
        this.#kernels.doubles(this.#block, block.length).set(block);
        run.numberIntegers(this.#block, block.length, least, numbers);
      }
      run.markPresent(numbers, block.length, this.#perGroup);
    }
    return this.#kernels.bytes(this.#perGroup, this.#groups).slice();
  }

  #withTable(table: Uint8Array, use: (address: number) => void): void {
    const address = this.#kernels.allocate(table.length);
    this.#kernels.bytes(address, table.length).set(table);
    use(address);
    this.#kernels.release(address);
  }

  /** Calls `kernel` with each block of a column in turn, which lies in `#block`. */
  #eachBlock(column: Int32Array | Uint8Array, kernel: (numbers: number, rows: number) => void): void {
    for (let first = 0; first < this.#rows; first += ROWS_AT_ONCE) {
      const block = column.subarray(first, first + ROWS_AT_ONCE);
      (block instanceof Uint8Array ? this.#kernels.bytes(this.#block, block.length) : this.#kernels.integers(this.#block, block.length)).set(block);
      kernel(this.#numbers + 4 * first, block.length);
    }
  }
}
