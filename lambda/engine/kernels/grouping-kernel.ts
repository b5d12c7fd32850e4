import { KernelInstance, type Address } from './module';

/** Below so many rows in all the memory that kernels need is not worth their while. */
export const FEWEST_KERNEL_ROWS = 8192;

/** Larger partitions are left to the loops in TypeScript, for the memory that they would take: some 30 MiB for this many rows. */
const MOST_ROWS = 2 ** 19;

/** Kept for the next part: its memory is that of one partition. */
let kept: GroupingKernel | null = null;

/** A kernel for partitions of so many rows; null for more than it takes. @throws RangeError where there is no memory to be had. */
export function groupingKernelFor(rows: number): GroupingKernel | null {
  if (rows > MOST_ROWS) return null;
  if (kept === null || kept.rows < rows) kept = new GroupingKernel(rows);
  return kept;
}

/** Groups the rows of one partition after the other, as WebAssembly. */
export class GroupingKernel {
  readonly #kernels = new KernelInstance();
  readonly #keys: Address;
  readonly #slots: Address;
  readonly #known: Address;
  readonly #numbers: Address;
  readonly #next: Address;
  readonly #starts: Address;
  readonly #places: Address;

  constructor(readonly rows: number) {
    this.#keys = this.#kernels.allocate(8 * rows);
    this.#slots = this.#kernels.allocate(8 * 2 ** slotBits(rows));
    this.#known = this.#kernels.allocate(8 * rows);
    this.#numbers = this.#kernels.allocate(4 * rows);
    this.#next = this.#kernels.allocate(4 * rows);
    this.#starts = this.#kernels.allocate(4 * rows);
    this.#places = this.#kernels.allocate(4 * rows);
  }

  /**
   * @param keys of the partition's rows: 64-bit IDs in halves, or hashes of 32 bits that differ where the groups do
   * @param start of the partition, which starts of groups count from
   * @param groupStarts becomes where groups start
   * @param places becomes which row of the partition goes to each place
   * @returns the number of groups
   */
  group(keys: Int32Array, start: number, groupStarts: Int32Array, places: Int32Array): number {
    const rows = places.length;
    this.#kernels.integers(this.#keys, keys.length).set(keys);
    const groups = keys.length === rows
      ? this.#kernels.run.groupHashes(this.#keys, rows, this.#slots, slotBits(rows), this.#numbers, this.#next, start, this.#starts, this.#places)
      : this.#kernels.run.groupIds(this.#keys, rows, this.#slots, slotBits(rows), this.#known, this.#numbers, this.#next, start, this.#starts, this.#places);
    places.set(this.#kernels.integers(this.#places, rows));
    groupStarts.set(this.#kernels.integers(this.#starts, groups));
    return groups;
  }
}

/** A table of so many bits is at most half full, and is one entry at least. */
function slotBits(rows: number): number {
  return 33 - Math.clz32(rows);
}
