/**
 * A bit per row, the lowest first, 1 where its time is not later than that of the row before. Eight rows at a time, so both have room for as many as make that even.
 * @param times of the row before the first, and of the rows
 */
export function markNotLater(times: usize, rows: usize, bits: usize): void {
  const end = bits + ((rows + 7) >> 3);
  for (; bits < end; bits++, times += 64) {
    const first = i64x2.bitmask(f64x2.le(v128.load(times, 8), v128.load(times)));
    const second = i64x2.bitmask(f64x2.le(v128.load(times, 24), v128.load(times, 16)));
    const third = i64x2.bitmask(f64x2.le(v128.load(times, 40), v128.load(times, 32)));
    const fourth = i64x2.bitmask(f64x2.le(v128.load(times, 56), v128.load(times, 48)));
    store<u8>(bits, first | (second << 2) | (third << 4) | (fourth << 6));
  }
}
