import { KernelInstance } from './module';

/** What a block takes of values, hashes and partitions fits into a processor's first cache. */
const ROWS_AT_ONCE = 1024;

/** Most partitions that rows are dealt out to. */
const MOST_PARTITIONS = 2 ** 15;

let kept: HashingKernel | null = null;

/** One for all parts, since no part's data stay in it. */
export function hashingKernel(): HashingKernel {
  kept ??= new HashingKernel();
  return kept;
}

/** What hashing fills. */
export interface Hashed {
  /** Hashes of the rows' values, which differ where these do. */
  readonly hashes: Int32Array;
  /** Their lower bits: the partitions that rows are dealt out to. */
  readonly partitions: Uint16Array;
  /** Rows of each partition, added to what is there; as many partitions as a power of two. */
  readonly rowsOf: Int32Array;
}

/** Hashes a column of 32-bit integers block by block, as WebAssembly. */
export class HashingKernel {
  readonly #kernels = new KernelInstance();
  readonly #values = this.#kernels.allocate(8 * ROWS_AT_ONCE);
  readonly #hashes = this.#kernels.allocate(4 * ROWS_AT_ONCE);
  readonly #partitions = this.#kernels.allocate(2 * ROWS_AT_ONCE);
  readonly #rowsOf = this.#kernels.allocate(4 * MOST_PARTITIONS);

  /** @param integers of 32 bits */
  hashIntegers(integers: Int32Array, hashed: Hashed): void {
    this.#eachBlock(integers.length, hashed, (first, rows, mask) => {
      this.#kernels.integers(this.#values, rows).set(integers.subarray(first, first + rows));
      this.#kernels.run.hashIntegers(this.#values, rows, mask, this.#hashes, this.#partitions, this.#rowsOf);
      return true;
    });
  }

  /** @returns false where a value is no integer of 32 bits: what has been filled by then means nothing */
  hashDoubles(values: Float64Array, hashed: Hashed): boolean {
    return this.#eachBlock(values.length, hashed, (first, rows, mask) => {
      const block = this.#kernels.doubles(this.#values, ROWS_AT_ONCE);
      block.set(values.subarray(first, first + rows));
      block.fill(0, rows);
      return this.#kernels.run.hashDoubles(this.#values, rows, mask, this.#hashes, this.#partitions, this.#rowsOf) === 1;
    });
  }

  #eachBlock(rowCount: number, { hashes, partitions, rowsOf }: Hashed, hash: (first: number, rows: number, mask: number) => boolean): boolean {
    this.#kernels.integers(this.#rowsOf, rowsOf.length).set(rowsOf);
    for (let first = 0; first < rowCount; first += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, rowCount - first);
      if (!hash(first, rows, rowsOf.length - 1)) return false;
      hashes.set(this.#kernels.integers(this.#hashes, rows), first);
      partitions.set(this.#kernels.shorts(this.#partitions, rows), first);
    }
    rowsOf.set(this.#kernels.integers(this.#rowsOf, rowsOf.length));
    return true;
  }
}
