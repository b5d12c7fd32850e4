/** A bit for each row whose time is not later than that of the row before, 32 in an integer, the lowest first. */
export function notLaterMarks(times: ArrayLike<number | bigint>): Int32Array {
  const marks = new Int32Array(Math.ceil(times.length / 32));
  for (let row = 1; row < times.length; row++) marks[row >>> 5] |= Number(times[row] <= times[row - 1]) << (row & 31);
  return marks;
}
