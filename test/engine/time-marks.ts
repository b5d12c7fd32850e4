import type { TimeMarks } from '../../lambda/engine/columns';

/** How rows' times stand to those of the rows before: a bit each, 32 in an integer, the lowest first. */
export function timeMarks(times: ArrayLike<number | bigint>): TimeMarks {
  const [notLater, earlier] = [new Int32Array(Math.ceil(times.length / 32)), new Int32Array(Math.ceil(times.length / 32))];
  for (let row = 1; row < times.length; row++) {
    notLater[row >>> 5] |= Number(times[row] <= times[row - 1]) << (row & 31);
    earlier[row >>> 5] |= Number(times[row] < times[row - 1]) << (row & 31);
  }
  return { notLater, earlier };
}
