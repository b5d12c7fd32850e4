import type { IntColumn, TimeMarks } from './columns';
import { blockKernels } from './kernels/block-kernels';
import type { Times } from './part';
import { PartMemory } from './part-memory';

/** Rows' times. Where the reader has put off decoding them, asking for `values` does it. */
export type TimeColumn = Pick<IntColumn, 'values' | 'marks' | 'heldBytes'>;

/** Which rows share a time with another one of their group. */
export interface Ties {
  /** Per group 1 where two of its rows share a time, else 0. */
  readonly tiedGroups: Uint8Array;
  /** Rows that are not later than the row before, whose time they share unless they are their group's first: a bit each, 32 in an integer, the lowest first. */
  readonly notLater: Int32Array;
}

/** Whether a row's bit is set. */
export function isMarked(marks: Int32Array, row: number): boolean {
  return ((marks[row >>> 5] >>> (row & 31)) & 1) === 1;
}

/**
 * Which rows of a group share a time; null where a group has a row that is earlier than the row before it.
 * Rows that are not later than the row before are marked without a branch, by the reader or else here; but for the first rows of groups, few are.
 * @param memory for what is returned
 */
export function tiesOf(times: TimeColumn, groupStarts: Int32Array, memory: PartMemory): Ties | null {
  const tiedGroups = memory.bytes(groupStarts.length - 1).fill(0);
  const scratch = new PartMemory();
  const { notLater, earlier } = times.marks ?? marksOf(times.values, memory, scratch);
  let group = 0;
  let inOrder = true;
  const take = (marks: Int32Array, first: number): boolean => {
    for (let word = 0; word < marks.length; word++) {
      for (let left = marks[word]; left !== 0; left &= left - 1) {
        const row = first + 32 * word + 31 - Math.clz32(left & -left);
        inOrder = !isMarked(earlier, row);
        if (!inOrder) return false;
        while (groupStarts[group + 1] <= row) group += 1;
        tiedGroups[group] = 1;
      }
    }
    return true;
  };
  blockKernels().withoutStarts(notLater, groupStarts, take);
  scratch.giveBack();
  return inOrder ? { tiedGroups, notLater } : null;
}

/** @param scratch for the rows that are earlier, which are only looked at once */
function marksOf(times: Times, memory: PartMemory, scratch: PartMemory): TimeMarks {
  const words = Math.ceil(times.length / 32);
  const marks = { notLater: memory.integers(words), earlier: scratch.integers(words) };
  if (times instanceof Float64Array) blockKernels().markTimes(times, marks);
  else {
    const { notLater, earlier } = marks;
    notLater.fill(0);
    earlier.fill(0);
    for (let row = 1; row < times.length; row++) {
      notLater[row >>> 5] |= Number(times[row] <= times[row - 1]) << (row & 31);
      earlier[row >>> 5] |= Number(times[row] < times[row - 1]) << (row & 31);
    }
  }
  return marks;
}
