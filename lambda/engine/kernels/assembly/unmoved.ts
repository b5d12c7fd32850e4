/**
 * Rows in the order of the file, each with its group's number, below the number of entries of what is kept per group.
 * @see ../../evaluate-unmoved.ts
 */

/** The least and the greatest of doubles, none of them NaN, and of the two that are there. Two at a time, so there is room for an even number. */
export function rangeOf(values: usize, count: usize, range: usize): void {
  let least = v128.load64_splat(range);
  let greatest = v128.load64_splat(range, 8);
  for (const end = values + (count << 3); values < end; values += 16) {
    const two = v128.load(values);
    least = f64x2.pmin(least, two);
    greatest = f64x2.pmax(greatest, two);
  }
  store<f64>(range, min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1)));
  store<f64>(range, max(f64x2.extract_lane(greatest, 0), f64x2.extract_lane(greatest, 1)), 8);
}

/** Numbers integers from the least on. Four at a time: there is room for as many as make that even. */
export function numberIntegers(values: usize, rows: usize, least: f64, numbers: usize): void {
  const first = f64x2.splat(least);
  for (let row: usize = 0; row < rows; row += 4) {
    const low = i32x4.trunc_sat_f64x2_s_zero(f64x2.sub(v128.load(values + (row << 3)), first));
    const high = i32x4.trunc_sat_f64x2_s_zero(f64x2.sub(v128.load(values + (row << 3), 16), first));
    v128.store(numbers + (row << 2), i64x2.shuffle(low, high, 0, 2));
  }
}

/** Marks groups that there are with 1. */
export function markPresent(numbers: usize, rows: usize, present: usize): void {
  for (const end = numbers + (rows << 2); numbers < end; numbers += 4) store<u8>(present + <usize>load<u32>(numbers), 1);
}

/** Adds to each group the bits of its rows, 32 each. @param bits less 1 */
export function uniteRows(numbers: usize, rows: usize, bits: usize, united: usize): void {
  for (const end = numbers + (rows << 2); numbers < end; numbers += 4, bits += 4) {
    const ofGroup = united + (<usize>load<u32>(numbers) << 2);
    store<u32>(ofGroup, load<u32>(ofGroup) | (load<u32>(bits) + 1));
  }
}

/** Adds to each group the bits that a table has for its rows' codes, 8 each. @param codes a byte per row */
export function uniteCodes(numbers: usize, rows: usize, codes: usize, table: usize, united: usize): void {
  for (const end = numbers + (rows << 2); numbers < end; numbers += 4, codes++) {
    const ofGroup = united + <usize>load<u32>(numbers);
    store<u8>(ofGroup, load<u8>(ofGroup) | load<u8>(table + <usize>load<u8>(codes)));
  }
}

/** Counts per group the rows for whose code a table has 1, else 0: as of `uniteCodes`. @param chosen room for a number per row */
export function countCodesPerGroup(numbers: usize, rows: usize, codes: usize, table: usize, chosen: usize, counts: usize): void {
  // Rows to be counted are listed first, without a branch: they may be few or many, and each asks for memory anywhere.
  let last = chosen;
  for (const end = numbers + (rows << 2); numbers < end; numbers += 4, codes++) {
    store<u32>(last, load<u32>(numbers));
    last += <usize>load<u8>(table + <usize>load<u8>(codes)) << 2;
  }
  for (; chosen < last; chosen += 4) {
    const ofGroup = counts + (<usize>load<u32>(chosen) << 2);
    store<u32>(ofGroup, load<u32>(ofGroup) + 1);
  }
}

/** Counts rows per code of groups that have 1 in a table, else 0. Two rows at a time, in two sets of counts, lest one wait for the other. */
export function countRowsPerCode(numbers: usize, rows: usize, codes: usize, groups: usize, counts: usize, others: usize): void {
  const end = numbers + (rows << 2);
  for (; numbers + 4 < end; numbers += 8, codes += 2) {
    const first = counts + (<usize>load<u8>(codes) << 2);
    store<u32>(first, load<u32>(first) + load<u8>(groups + <usize>load<u32>(numbers)));
    const second = others + (<usize>load<u8>(codes, 1) << 2);
    store<u32>(second, load<u32>(second) + load<u8>(groups + <usize>load<u32>(numbers, 4)));
  }
  if (numbers < end) {
    const last = counts + (<usize>load<u8>(codes) << 2);
    store<u32>(last, load<u32>(last) + load<u8>(groups + <usize>load<u32>(numbers)));
  }
}

/** Rows of groups that have 1 in a table, else 0. */
export function countRowsOfGroups(numbers: usize, rows: usize, groups: usize): u32 {
  let counted: u32 = 0;
  for (const end = numbers + (rows << 2); numbers < end; numbers += 4) counted += load<u8>(groups + <usize>load<u32>(numbers));
  return counted;
}
