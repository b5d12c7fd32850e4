/**
 * A bit per row, the lowest first: 1 where its time is not later than that of the row before, and 1 where it is earlier; 0 where there is no row.
 * They begin within a byte. Returns how many rows are earlier.
 * @param times integers of 64 bits @param before the time of the row before the first @param skipped lowest bits of the first byte, which become 0
 */
export function markTimes(times: usize, rows: usize, before: i64, skipped: usize, notLater: usize, earlier: usize): u32 {
  let firstNotLater: u32 = 0;
  let firstEarlier: u32 = 0;
  const inFirst = min<usize>(8 - skipped, rows);
  for (let row: usize = 0; row < inFirst; row++) {
    const time = load<i64>(times + (row << 3));
    firstNotLater |= u32(time <= before) << <u32>(row + skipped);
    firstEarlier |= u32(time < before) << <u32>(row + skipped);
    before = time;
  }
  store<u8>(notLater, firstNotLater);
  store<u8>(earlier, firstEarlier);
  let count = popcnt(firstEarlier);
  let left = <isize>(rows - inFirst);
  times += inFirst << 3;
  for (; left > 0; left -= 8, times += 64) {
    // Eight rows at a time, of which the last ones may be none.
    const mask: u32 = left >= 8 ? 0xff : 0xff >>> <u32>(8 - left);
    const notLaterBits = ~laterBits(times, times - 8) & mask;
    const earlierBits = laterBits(times - 8, times) & mask;
    store<u8>(++notLater, notLaterBits);
    store<u8>(++earlier, earlierBits);
    count += popcnt(earlierBits);
  }
  return count;
}

/** Of eight integers those that are above eight others. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function laterBits(left: usize, right: usize): u32 {
  return i64x2.bitmask(i64x2.gt_s(v128.load(left), v128.load(right)))
    | (i64x2.bitmask(i64x2.gt_s(v128.load(left, 16), v128.load(right, 16))) << 2)
    | (i64x2.bitmask(i64x2.gt_s(v128.load(left, 32), v128.load(right, 32))) << 4)
    | (i64x2.bitmask(i64x2.gt_s(v128.load(left, 48), v128.load(right, 48))) << 6);
}
