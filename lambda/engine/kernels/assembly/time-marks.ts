/**
 * A bit per row, the lowest first: 1 where its time is not later than that of the row before, and 1 where it is earlier. Eight rows at a time, so all have room for as many as make that even.
 * @param times doubles, of the row before the first and of the rows
 */
export function markTimes(times: usize, rows: usize, notLater: usize, earlier: usize): void {
  const end = notLater + ((rows + 7) >> 3);
  for (; notLater < end; notLater++, earlier++, times += 64) {
    store<u8>(notLater, <u32>i64x2.bitmask(f64x2.le(v128.load(times, 8), v128.load(times)))
      | (i64x2.bitmask(f64x2.le(v128.load(times, 24), v128.load(times, 16))) << 2)
      | (i64x2.bitmask(f64x2.le(v128.load(times, 40), v128.load(times, 32))) << 4)
      | (i64x2.bitmask(f64x2.le(v128.load(times, 56), v128.load(times, 48))) << 6));
    store<u8>(earlier, <u32>i64x2.bitmask(f64x2.lt(v128.load(times, 8), v128.load(times)))
      | (i64x2.bitmask(f64x2.lt(v128.load(times, 24), v128.load(times, 16))) << 2)
      | (i64x2.bitmask(f64x2.lt(v128.load(times, 40), v128.load(times, 32))) << 4)
      | (i64x2.bitmask(f64x2.lt(v128.load(times, 56), v128.load(times, 48))) << 6));
  }
}
