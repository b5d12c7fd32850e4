/** Hashes of integers of 32 bits, which differ where the integers do. @see ../../number-table.ts, hashHalves */

// @ts-ignore: a decorator of AssemblyScript
@inline
function hashOfFour(integers: v128): v128 {
  const first = i32x4.mul(integers, i32x4.splat(0x9e3779b1));
  const second = i32x4.mul(v128.xor(first, i32x4.shr_u(first, 16)), i32x4.splat(0x85ebca6b));
  const third = i32x4.mul(v128.xor(second, i32x4.shr_u(second, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(third, i32x4.shr_u(third, 16));
}

/** Four rows' hashes, and partitions of 16 bits: the hashes' lower bits. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function storeFour(hash: v128, mask: u32, hashes: usize, partitions: usize): void {
  v128.store(hashes, hash);
  const ofRows = v128.and(hash, i32x4.splat(mask));
  store<u64>(partitions, i64x2.extract_lane(i16x8.narrow_i32x4_u(ofRows, ofRows), 0));
}

/** Counts rows per partition, 32 bits each, added to what is there. */
function addRows(partitions: usize, rows: u32, rowsOf: usize): void {
  for (const end = partitions + (<usize>rows << 1); partitions < end; partitions += 2) {
    const counted = rowsOf + (<usize>load<u16>(partitions) << 2);
    store<u32>(counted, load<u32>(counted) + 1);
  }
}

/** Four rows at a time: all but `rowsOf` have room for as many as make that even. @param mask of at most 15 bits */
export function hashIntegers(integers: usize, rows: u32, mask: u32, hashes: usize, partitions: usize, rowsOf: usize): void {
  for (let row: usize = 0; row < rows; row += 4) storeFour(hashOfFour(v128.load(integers + (row << 2))), mask, hashes + (row << 2), partitions + (row << 1));
  addRows(partitions, rows, rowsOf);
}

/** 1.5 · 2^52: next to it doubles are the whole numbers, and the lower half of a sum's bits is the number that was added. */
const MAGIC: f64 = 6755399441055744.0;

/** The same of doubles; 0 where one of them, those behind the last included, is no integer of 32 bits. */
export function hashDoubles(values: usize, rows: u32, mask: u32, hashes: usize, partitions: usize, rowsOf: usize): u32 {
  const magic = f64x2.splat(MAGIC);
  let differ = i64x2.splat(0);
  for (let row: usize = 0; row < rows; row += 4) {
    const firstTwo = v128.load(values + (row << 3));
    const lastTwo = v128.load(values + (row << 3), 16);
    const integers = v128.shuffle<i32>(f64x2.add(firstTwo, magic), f64x2.add(lastTwo, magic), 0, 2, 4, 6);
    const first = f64x2.convert_low_i32x4_s(integers);
    const last = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(integers, integers, 2, 3, 2, 3));
    differ = v128.or(differ, v128.or(f64x2.ne(first, firstTwo), f64x2.ne(last, lastTwo)));
    storeFour(hashOfFour(integers), mask, hashes + (row << 2), partitions + (row << 1));
  }
  addRows(partitions, rows, rowsOf);
  return u32(!v128.any_true(differ));
}
