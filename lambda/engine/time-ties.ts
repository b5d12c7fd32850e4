import { blockKernels } from './kernels/block-kernels';
import type { Times } from './part';
import type { PartMemory } from './part-memory';

/** Rows' times, and which rows are not later than the row before, where that is known. */
export interface TimeColumn {
  readonly values: Times;
  readonly notLater?: Int32Array;
}

/**
 * Per group 1 where two of its rows share a time, else 0; null where a group has a row that is earlier than the row before it.
 * First rows that are not later than the row before are marked, some thousands at a time, without a branch and leaving out the first rows of
 * groups; few marks remain to be looked at.
 * @param memory for what is returned
 */
export function tiesOf({ values: times, notLater }: TimeColumn, groupStarts: Int32Array, memory: PartMemory): Uint8Array | null {
  const tied = memory.bytes(groupStarts.length - 1).fill(0);
  let group = 0;
  let inOrder = true;
  const take = (marks: Int32Array, first: number): boolean => {
    for (let word = 0; word < marks.length; word++) {
      for (let left = marks[word]; left !== 0; left &= left - 1) {
        const row = first + 32 * word + 31 - Math.clz32(left & -left);
        inOrder = times[row] >= times[row - 1];
        if (!inOrder) return false;
        while (groupStarts[group + 1] <= row) group += 1;
        tied[group] = 1;
      }
    }
    return true;
  };
  if (notLater !== undefined) blockKernels().withoutStarts(notLater, groupStarts, take);
  else if (times instanceof Float64Array) blockKernels().notLater(times, groupStarts, take);
  else take(wideNotLater(times, groupStarts), 0);
  return inOrder ? tied : null;
}

/** As `notLater` of the kernels, for times that they do not take. */
function wideNotLater(times: BigInt64Array | BigUint64Array, groupStarts: Int32Array): Int32Array {
  const marks = new Int32Array(Math.ceil(times.length / 32));
  for (let row = 1; row < times.length; row++) marks[row >>> 5] |= Number(times[row] <= times[row - 1]) << (row & 31);
  for (const start of groupStarts.subarray(0, -1)) marks[start >>> 5] &= ~(1 << (start & 31));
  return marks;
}
