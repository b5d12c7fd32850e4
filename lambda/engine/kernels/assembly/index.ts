/**
 * The engine's inner loops, in AssemblyScript: TypeScript's syntax with WebAssembly's types. `scripts/build-kernels.mjs` compiles
 * them into `../binary.ts`. All of them walk the rows from `starts` to `ends` of `count` groups, 32-bit integers each, and read
 * `codes`, a byte per row: 0 for null, else a value's number and 1. Addresses are positions in the memory of one part.
 */
export { addBitOfAll, addBitOfCodes, addBitsOfBytes, addBitsOfCodes, compareNumbers, nullNumbers, uniteBits } from './bits';
export { hashDoubles, hashIntegers } from './hashing';
export { dealBlock, gather } from './moving';
export { markTimes } from './time-marks';
export { findSteps } from './steps';
export { groupHashes, groupIds, sortGroups } from './grouping';
export { addTallies, countChosen, countGroupsPerValue, dealSymbols, listMatching, tallyPartition } from './tallies';

/** Where memory that holds no constants begins. */
export function heapBase(): usize {
  return __heap_base;
}

/** Per group the rows whose code has 1 in a table of bytes. */
export function countCodes(starts: usize, ends: usize, count: u32, codes: usize, table: usize, counts: usize): void {
  for (let group: usize = 0; group < count; group++) {
    const end = codes + load<u32>(ends + (group << 2));
    let inGroup: u32 = 0;
    for (let row = codes + load<u32>(starts + (group << 2)); row < end; row++) inGroup += load<u8>(table + load<u8>(row));
    store<u32>(counts + (group << 2), inGroup);
  }
}

/** Rows that are counted up at once, 32 bits each: they stay in a core's first cache. */
const COUNTED_TOGETHER: u32 = 2048;

/**
 * As `countCodes`, of groups that lie side by side from row 0 on. Rows are counted up, and groups take what was added from their
 * start to the next: no loop has an end that no processor can foresee.
 * @param starts of the groups, and the number of rows
 * @param sums room for a number per row that is counted at once
 */
export function countCodesOfAll(starts: usize, count: usize, codes: usize, table: usize, sums: usize, counts: usize): void {
  const rows = load<u32>(starts + (count << 2));
  let sum: u32 = 0;
  let group: usize = 0;
  for (let first: u32 = 0; first < rows; first += COUNTED_TOGETHER) {
    const next = min(first + COUNTED_TOGETHER, rows);
    const end = codes + next;
    let to = sums;
    for (let row = codes + first; row < end; row++, to += 4) {
      store<u32>(to, sum);
      sum += load<u8>(table + load<u8>(row));
    }
    for (; group < count; group++) {
      const start = load<u32>(starts + (group << 2));
      if (start >= next) break;
      store<u32>(counts + (group << 2), load<u32>(sums + (<usize>(start - first) << 2)));
    }
  }
  for (let last = counts + ((count - 1) << 2); counts < last; counts += 4) store<u32>(counts, load<u32>(counts, 4) - load<u32>(counts));
  if (count > 0) store<u32>(counts, sum - load<u32>(counts));
}

/** The least magnitude of numbers but 0, and the greatest, as doubles; NaN is passed over. Two at a time: there is room for as many as make that even, and NaN in it. */
export function findMagnitudes(values: usize, count: usize, result: usize): void {
  const infinity = f64x2.splat(Infinity);
  const zero = f64x2.splat(0);
  let least = f64x2.splat(load<f64>(result));
  let greatest = f64x2.splat(load<f64>(result, 8));
  for (const end = values + (count << 3); values < end; values += 16) {
    const magnitude = f64x2.abs(v128.load(values));
    // In this order the first operand stays where the second is NaN.
    greatest = f64x2.pmax(greatest, magnitude);
    least = f64x2.pmin(least, v128.or(magnitude, v128.and(f64x2.eq(magnitude, zero), infinity)));
  }
  store<f64>(result, min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)));
  store<f64>(result, max(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1)), 8);
}

/**
 * Rows and groups per class and code, 32 bits each, at `(class - 1) * width + code`; class 0 is left out.
 * @param last room for a group's number per code, all of them of no group
 */
export function countValues(starts: usize, ends: usize, count: u32, codes: usize, classes: usize, width: u32, rows: usize, groups: usize, last: usize): void {
  for (let group: usize = 0; group < count; group++) {
    const ofClass = <u32>load<u8>(classes + group);
    if (ofClass === 0) continue;
    const base = <usize>((ofClass - 1) * width) << 2;
    const end = codes + load<u32>(ends + (group << 2));
    for (let row = codes + load<u32>(starts + (group << 2)); row < end; row++) {
      const code = <usize>load<u8>(row) << 2;
      const place = base + code;
      store<u32>(rows + place, load<u32>(rows + place) + 1);
      store<u32>(groups + place, load<u32>(groups + place) + <u32>(load<u32>(last + code) !== <u32>group));
      store<u32>(last + code, <u32>group);
    }
  }
}

/**
 * Sums per class and code in three parts that add exactly (../../split-sums.ts), and the rows that have a number; 32 bytes at
 * `class * width + code`, one class left out, and the same `nulls` bytes later for rows that have none, whose sums mean nothing.
 */
export function sumSplit(
  starts: usize, ends: usize, count: u32, codes: usize, values: usize, classes: usize, leftOut: u32, width: u32, upper: f64, lower: f64, sums: usize, nulls: usize,
): void {
  for (let group: usize = 0; group < count; group++) {
    const ofClass = <u32>load<u8>(classes + group);
    if (ofClass === leftOut) continue;
    const base = sums + (<usize>(ofClass * width) << 5);
    const end = codes + load<u32>(ends + (group << 2));
    const start = <usize>load<u32>(starts + (group << 2));
    let at = values + (start << 3);
    for (let row = codes + start; row < end; row++, at += 8) {
      const value = load<f64>(at);
      // Of its bits: to compare NaN with itself takes V8 a branch, which nulls that nobody can foresee make dear.
      const isNull = <usize>(load<u64>(at) << 1 > 0xffe0_0000_0000_0000);
      const slot = base + (<usize>load<u8>(row) << 5) + ((0 - isNull) & nulls);
      const high = value + upper - upper;
      const rest = value - high;
      const middle = rest + lower - lower;
      v128.store(slot, f64x2.add(v128.load(slot), f64x2.replace_lane(f64x2.splat(high), 1, middle)));
      v128.store(slot, f64x2.add(v128.load(slot, 16), f64x2.replace_lane(f64x2.splat(rest - middle), 1, 1)), 16);
    }
  }
}

/** Rows per code and group, 32 bits each, at `code * width + group`, added to what is there. */
export function countGroups(starts: usize, ends: usize, count: u32, codes: usize, width: usize, counts: usize): void {
  for (let group: usize = 0; group < count; group++) {
    const ofGroup = counts + (group << 2);
    const end = codes + load<u32>(ends + (group << 2));
    for (let row = codes + load<u32>(starts + (group << 2)); row < end; row++) {
      const place = ofGroup + (<usize>load<u8>(row) * (width << 2));
      store<u32>(place, load<u32>(place) + 1);
    }
  }
}

/** Adds 32-bit integers to others, four at a time: there is room for as many as make that even. */
export function addCounts(counts: usize, count: u32, sums: usize): void {
  const end = counts + (<usize>count << 2);
  for (; counts < end; counts += 16, sums += 16) v128.store(sums, i32x4.add(v128.load(sums), v128.load(counts)));
}

/** The sum of the counts of groups of one class, and how many of these are not 0. Four at a time: counts beyond the last are 0. */
export function countsOfClass(counts: usize, count: u32, classes: usize, ofClass: u32, result: usize): void {
  const wanted = i32x4.splat(ofClass);
  let sums = i32x4.splat(0);
  let groups = i32x4.splat(0);
  for (let group: usize = 0; group < count; group += 4) {
    const isWanted = i32x4.eq(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(classes + group))), wanted);
    const ofGroups = v128.and(v128.load(counts + (group << 2)), isWanted);
    sums = i32x4.add(sums, ofGroups);
    groups = i32x4.sub(groups, i32x4.ne(ofGroups, i32x4.splat(0)));
  }
  store<u32>(result, i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3));
  store<u32>(result, i32x4.extract_lane(groups, 0) + i32x4.extract_lane(groups, 1) + i32x4.extract_lane(groups, 2) + i32x4.extract_lane(groups, 3), 4);
}

/** Of the groups of a class how many there are and how many rows they have, added to two 32-bit integers. Four at a time: classes beyond the last are none. */
export function addClass(starts: usize, ends: usize, count: u32, classes: usize, ofClass: u32, result: usize): void {
  const wanted = i32x4.splat(ofClass);
  let groups = i32x4.splat(0);
  let rows = i32x4.splat(0);
  for (let group: usize = 0; group < count; group += 4) {
    const isWanted = i32x4.eq(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(classes + group))), wanted);
    groups = i32x4.sub(groups, isWanted);
    rows = i32x4.add(rows, v128.and(isWanted, i32x4.sub(v128.load(ends + (group << 2)), v128.load(starts + (group << 2)))));
  }
  store<u32>(result, load<u32>(result) + i32x4.extract_lane(groups, 0) + i32x4.extract_lane(groups, 1) + i32x4.extract_lane(groups, 2) + i32x4.extract_lane(groups, 3));
  store<u32>(result, load<u32>(result, 4) + i32x4.extract_lane(rows, 0) + i32x4.extract_lane(rows, 1) + i32x4.extract_lane(rows, 2) + i32x4.extract_lane(rows, 3), 4);
}

/** Per group what a table of bytes says of its count; of counts from `last` on what it says of that. */
export function judgeCounts(counts: usize, count: u32, table: usize, last: u32, judged: usize): void {
  for (let group: usize = 0; group < count; group++) store<u8>(judged + group, load<u8>(table + min(load<u32>(counts + (group << 2)), last)));
}

/** Clears the bits of some rows. @param first the row of the first bit */
export function clearBits(rows: usize, count: usize, first: u32, bits: usize): void {
  // By bytes: the next row tends to be in the same word, and would have to wait for it.
  for (const end = rows + (count << 2); rows < end; rows += 4) {
    const row = load<u32>(rows) - first;
    const byte = bits + (row >>> 3);
    store<u8>(byte, <u32>load<u8>(byte) & ~(1 << (row & 7)));
  }
}
