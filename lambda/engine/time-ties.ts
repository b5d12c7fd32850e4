import { blockKernels } from './kernels/block-kernels';
import type { Times } from './part';
import { PartMemory } from './part-memory';

/** Rows' times, and which rows are not later than the row before, where that is known. */
export interface TimeColumn {
  readonly values: Times;
  readonly notLater?: Int32Array;
}

/**
 * Per group 1 where two of its rows share a time, else 0; null where a group has a row that is earlier than the row before it.
 * Rows that are not later than the row before are marked without a branch, where the reader has not done so; but for the first rows of groups, few are.
 * @param memory for what is returned
 */
export function tiesOf({ values: times, notLater }: TimeColumn, groupStarts: Int32Array, memory: PartMemory): Uint8Array | null {
  const tied = memory.bytes(groupStarts.length - 1).fill(0);
  const scratch = new PartMemory();
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
  blockKernels().withoutStarts(notLater ?? markNotLater(times, scratch.integers(Math.ceil(times.length / 32))), groupStarts, take);
  scratch.giveBack();
  return inOrder ? tied : null;
}

/** @returns `marks`, with a bit for each row that is not later than the row before, 32 in an integer, the lowest first */
function markNotLater(times: Times, marks: Int32Array): Int32Array {
  if (times instanceof Float64Array) blockKernels().markNotLater(times, marks);
  else {
    marks.fill(0);
    for (let row = 1; row < times.length; row++) marks[row >>> 5] |= Number(times[row] <= times[row - 1]) << (row & 31);
  }
  return marks;
}
