import { KernelInstance, type Address } from './module';

/** Numbers of 32 bits per row that was dealt out: time, group ID, place in the file, room for the group's number. */
export const DEALT_INTEGERS = 6;

/** Below so many rows in all the memory that the kernel needs is not worth its while. */
export const FEWEST_KERNEL_ROWS = 8192;

/** Larger partitions are left to the loops in TypeScript, for the memory that they would take: some 36 MiB for this many rows. */
const MOST_ROWS = 2 ** 19;

/** Kept for the next part: its memory is that of one partition. */
let kept: GroupingKernel | null = null;

/** A kernel for partitions of so many rows; null for more than it takes. @throws RangeError where there is no memory to be had. */
export function groupingKernelFor(rows: number): GroupingKernel | null {
  if (rows > MOST_ROWS) return null;
  if (kept === null || kept.rows < rows) kept = new GroupingKernel(rows);
  return kept;
}

/** Groups and orders the rows of one partition after the other, as WebAssembly. */
export class GroupingKernel {
  readonly #kernels = new KernelInstance();
  readonly #bits: number;
  readonly #dealt: Address;
  readonly #slots: Address;
  readonly #ids: Address;
  readonly #next: Address;
  readonly #starts: Address;
  readonly #order: Address;
  readonly #times: Address;
  readonly #scratch: Address;

  constructor(readonly rows: number) {
    this.#bits = slotBits(rows);
    this.#dealt = this.#kernels.allocate(4 * DEALT_INTEGERS * rows);
    this.#slots = this.#kernels.allocate(4 * 2 ** this.#bits);
    this.#ids = this.#kernels.allocate(8 * rows);
    this.#next = this.#kernels.allocate(4 * rows);
    this.#starts = this.#kernels.allocate(4 * rows);
    this.#order = this.#kernels.allocate(4 * rows);
    this.#times = this.#kernels.allocate(8 * rows);
    this.#scratch = this.#kernels.allocate(6 * rows + 8);
  }

  /**
   * @param dealt the partition's rows
   * @param start of the partition, which starts of groups count from
   * @param output views of where groups' starts go, and rows' places and times
   * @returns the number of groups
   */
  group(dealt: Int32Array, start: number, output: { readonly groupStarts: Int32Array; readonly order: Int32Array; readonly times: Float64Array }): number {
    const rows = dealt.length / DEALT_INTEGERS;
    this.#kernels.integers(this.#dealt, dealt.length).set(dealt);
    const groups = this.#kernels.run.groupPartition(this.#dealt, rows, this.#slots, slotBits(rows), this.#ids, this.#next, this.#starts, this.#order, this.#times, this.#scratch);
    output.order.set(this.#kernels.integers(this.#order, rows));
    output.times.set(this.#kernels.doubles(this.#times, rows));
    const starts = this.#kernels.integers(this.#starts, groups);
    for (let group = 0; group < groups; group++) output.groupStarts[group] = starts[group] + start;
    return groups;
  }
}

/** A table of so many bits is at most half full, and is one entry at least. */
export function slotBits(rows: number): number {
  return 33 - Math.clz32(rows);
}
