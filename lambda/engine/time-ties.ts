import { blockKernels } from './kernels/block-kernels';
import type { Times } from './part';

/**
 * Per group 1 where two of its rows share a time, else 0; null where a group has a row that is earlier than the row before it.
 * First all rows that are not later than the row before are marked, whatever their groups, without a branch; then the first rows of
 * groups are left out, and few marks remain to be looked at.
 */
export function tiesOf(times: Times, groupStarts: Int32Array): Uint8Array | null {
  const tied = new Uint8Array(groupStarts.length - 1);
  const marks = times instanceof Float64Array ? blockKernels().notLater(times, groupStarts) : wideNotLater(times, groupStarts);
  let group = 0;
  for (let word = 0; word < marks.length; word++) {
    for (let left = marks[word]; left !== 0; left &= left - 1) {
      const row = 32 * word + 31 - Math.clz32(left & -left);
      if (times[row] < times[row - 1]) return null;
      while (groupStarts[group + 1] <= row) group += 1;
      tied[group] = 1;
    }
  }
  return tied;
}

/** As `notLater` of the kernels, for times that they do not take. */
function wideNotLater(times: BigInt64Array | BigUint64Array, groupStarts: Int32Array): Int32Array {
  const marks = new Int32Array(Math.ceil(times.length / 32));
  for (let row = 1; row < times.length; row++) marks[row >>> 5] |= Number(times[row] <= times[row - 1]) << (row & 31);
  for (const start of groupStarts.subarray(0, -1)) marks[start >>> 5] &= ~(1 << (start & 31));
  return marks;
}
