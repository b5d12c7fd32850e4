import { HASHED_AT_ONCE, hashBlock } from './hashing-kernel';
import type { Address, KernelInstance } from './module';

/** Rows that are dealt out at once: what is made of them fits into a processor's second cache, and each partition gets some hundred. */
const DEALT_AT_ONCE = 2 ** 17;

/** Rows of an average partition, whose groups then fit into a core's own cache. */
const ROWS_PER_PARTITION = 4096;

/** A symbol takes the place of a partition's bits. */
const LEAST_PARTITION_BITS = 5;

/** More partitions would be more places to write to than a processor keeps at hand. */
const MOST_PARTITION_BITS = 9;

/** Rows may have so many different symbols. */
export const MOST_SYMBOLS = 2 ** LEAST_PARTITION_BITS;

/** Rows as words, block by block, and those of a block by partition. @see assembly/tallies.ts, dealSymbols */
export interface DealtSymbols {
  readonly rows: number;
  readonly blocks: number;
  /** A power of two. */
  readonly partitions: number;
  /** Where partitions' rows begin and end in the first block. */
  readonly bounds: Address;
  /** Bytes from a block's bounds to the next one's. */
  readonly stride: number;
}

/**
 * Deals rows out to partitions by a hash of their groups' IDs.
 * @param symbols a byte per row, below `MOST_SYMBOLS`
 * @param kernels whose memory they lie in then
 * @returns null where an ID is no integer of 32 bits
 */
export function dealSymbols(ids: Float64Array | Int32Array, symbols: Uint8Array, kernels: KernelInstance): DealtSymbols | null {
  const rows = ids.length;
  const blocks = Math.ceil(rows / DEALT_AT_ONCE);
  const partitions = 2 ** Math.min(MOST_PARTITION_BITS, Math.max(LEAST_PARTITION_BITS, Math.ceil(Math.log2(rows / ROWS_PER_PARTITION))));
  const stride = 4 * (partitions + 1);
  const bounds = kernels.allocate(blocks * stride);
  const words = kernels.allocate(4 * rows);
  const values = kernels.allocate(8 * HASHED_AT_ONCE);
  const hashes = kernels.allocate(4 * DEALT_AT_ONCE);
  const partitionsOf = kernels.allocate(2 * DEALT_AT_ONCE);
  const symbolsOf = kernels.allocate(DEALT_AT_ONCE);
  kernels.bytes(bounds, blocks * stride).fill(0);
  for (let block = 0; block < blocks; block++) {
    const ofBlock = ids.subarray(block * DEALT_AT_ONCE, (block + 1) * DEALT_AT_ONCE);
    const boundsOf = bounds + block * stride;
    for (let row = 0; row < ofBlock.length; row += HASHED_AT_ONCE) {
      const hashed = ofBlock.subarray(row, row + HASHED_AT_ONCE);
      const at = { values, hashes: hashes + 4 * row, partitions: partitionsOf + 2 * row, rowsOf: boundsOf + 4 };
      if (!hashBlock(hashed, at, partitions - 1, kernels)) return null;
    }
    kernels.bytes(symbolsOf, ofBlock.length).set(symbols.subarray(block * DEALT_AT_ONCE, block * DEALT_AT_ONCE + ofBlock.length));
    kernels.run.dealSymbols(hashes, symbolsOf, ofBlock.length, partitions - 1, boundsOf, words + 4 * block * DEALT_AT_ONCE);
  }
  kernels.release(values);
  return { rows, blocks, partitions, bounds, stride };
}
