import { KernelInstance, type Address } from './module';

/** Rows that are sorted at a time: they fit into a core's own cache. */
const ROWS_AT_A_TIME = 2 ** 14;

/** Larger groups are left to the loops in TypeScript, for the memory that they would take: some 10 MiB for this many rows. */
const MOST_ROWS = 2 ** 19;

/** Kept for the next part. */
let kept: SortingKernel | null = null;

/** A kernel for groups of so many rows at most; null for more than it takes. @throws RangeError where there is no memory to be had. */
export function sortingKernelFor(longestGroup: number): SortingKernel | null {
  if (longestGroup > MOST_ROWS) return null;
  if (kept === null || kept.rows < longestGroup) kept = new SortingKernel(Math.max(longestGroup, ROWS_AT_A_TIME));
  return kept;
}

/** Puts the rows of groups in time order, as WebAssembly: a few groups at a time. */
export class SortingKernel {
  readonly #kernels = new KernelInstance();
  readonly #starts: Address;
  readonly #places: Address;
  readonly #times: Address;
  readonly #scratch: Address;

  constructor(readonly rows: number) {
    this.#starts = this.#kernels.allocate(4 * (rows + 1));
    this.#places = this.#kernels.allocate(4 * rows);
    this.#times = this.#kernels.allocate(8 * rows);
    this.#scratch = this.#kernels.allocate(6 * rows + 8);
  }

  /** @see ../time-order.ts */
  sort(places: Int32Array, times: Float64Array, groupStarts: Int32Array): void {
    const groups = groupStarts.length - 1;
    for (let first = 0; first < groups; ) {
      const start = groupStarts[first];
      let end = first + 1;
      while (end < groups && groupStarts[end + 1] - start <= this.rows) end += 1;
      this.#sort(places.subarray(start, groupStarts[end]), times.subarray(start, groupStarts[end]), groupStarts.subarray(first, end + 1));
      first = end;
    }
  }

  #sort(places: Int32Array, times: Float64Array, groupStarts: Int32Array): void {
    const inKernel = { places: this.#kernels.integers(this.#places, places.length), times: this.#kernels.doubles(this.#times, times.length) };
    this.#kernels.integers(this.#starts, groupStarts.length).set(groupStarts);
    inKernel.places.set(places);
    inKernel.times.set(times);
    this.#kernels.run.sortGroups(this.#starts, groupStarts.length - 1, groupStarts[0], this.#places, this.#times, this.#scratch);
    places.set(inKernel.places);
    times.set(inKernel.times);
  }
}
