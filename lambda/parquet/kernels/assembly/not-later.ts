import { markNotLater } from '../../../engine/kernels/assembly/not-later';

/**
 * A bit per row, the lowest first, 1 where its time is not later than that of the row before; 0 where there is no row. They begin within a byte. Returns the last row's time.
 * @param times doubles @param before the time of the row before the first @param skipped lowest bits of the first byte, which become 0
 */
export function markPage(times: usize, rows: usize, before: f64, skipped: usize, bits: usize): f64 {
  let first: u32 = 0;
  const inFirst = min<usize>(8 - skipped, rows);
  for (let row: usize = 0; row < inFirst; row++) {
    const time = load<f64>(times + (row << 3));
    first |= u32(time <= before) << <u32>(row + skipped);
    before = time;
  }
  store<u8>(bits, first);
  if (inFirst === rows) return before;
  markNotLater(times + (inFirst << 3) - 8, rows - inFirst, bits + 1);
  const last = bits + ((skipped + rows - 1) >>> 3);
  store<u8>(last, <u32>load<u8>(last) & (<u32>0xff >>> (7 - <u32>((skipped + rows - 1) & 7))));
  return load<f64>(times + (rows << 3) - 8);
}
