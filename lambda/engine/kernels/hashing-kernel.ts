import { KernelInstance, type Address } from './module';

/** What a block takes of values, hashes and partitions fits into a processor's first cache. */
export const HASHED_AT_ONCE = 1024;

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

/** Where a block of rows lies, `HASHED_AT_ONCE` at most: their values, with room for as many doubles, and what hashing makes of them. */
export interface HashedBlock {
  readonly values: Address;
  readonly hashes: Address;
  readonly partitions: Address;
  /** Rows of each partition, added to what is there. */
  readonly rowsOf: Address;
}

/** Hashes a block of rows. @param mask for the bits of a hash that say the partition @returns false where a value is no integer of 32 bits: what has been filled by then means nothing */
export function hashBlock(values: Float64Array | Int32Array, at: HashedBlock, mask: number, kernels: KernelInstance): boolean {
  if (values instanceof Int32Array) {
    kernels.integers(at.values, values.length).set(values);
    kernels.run.hashIntegers(at.values, values.length, mask, at.hashes, at.partitions, at.rowsOf);
    return true;
  }
  const block = kernels.doubles(at.values, HASHED_AT_ONCE);
  block.set(values);
  block.fill(0, values.length);
  return kernels.run.hashDoubles(at.values, values.length, mask, at.hashes, at.partitions, at.rowsOf) === 1;
}

/** Hashes a column of 32-bit integers block by block, as WebAssembly. */
export class HashingKernel {
  readonly #kernels = new KernelInstance();
  readonly #block: HashedBlock = {
    values: this.#kernels.allocate(8 * HASHED_AT_ONCE),
    hashes: this.#kernels.allocate(4 * HASHED_AT_ONCE),
    partitions: this.#kernels.allocate(2 * HASHED_AT_ONCE),
    rowsOf: this.#kernels.allocate(4 * MOST_PARTITIONS),
  };

  /** @returns false where a value is no integer of 32 bits: what has been filled by then means nothing */
  hash(values: Float64Array | Int32Array, { hashes, partitions, rowsOf }: Hashed): boolean {
    this.#kernels.integers(this.#block.rowsOf, rowsOf.length).set(rowsOf);
    for (let first = 0; first < values.length; first += HASHED_AT_ONCE) {
      const ofBlock = values.subarray(first, first + HASHED_AT_ONCE);
      if (!hashBlock(ofBlock, this.#block, rowsOf.length - 1, this.#kernels)) return false;
      hashes.set(this.#kernels.integers(this.#block.hashes, ofBlock.length), first);
      partitions.set(this.#kernels.shorts(this.#block.partitions, ofBlock.length), first);
    }
    rowsOf.set(this.#kernels.integers(this.#block.rowsOf, rowsOf.length));
    return true;
  }
}
