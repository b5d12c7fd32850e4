/**
 * Finds where runs of equal bits begin in `count` values of 64 bits, of which the first is that of row `row`: rows go to
 * `starts`, the runs' values to `values`, each of which has room for all. Returns how many runs there are.
 */
export function findRuns64(src: usize, count: u32, row: u32, starts: usize, values: usize): u32 {
  if (count === 0) return 0;
  let last = ~load<u64>(src);
  let runs: usize = 0;
  // No processor can foresee a run's end: each row is written down as one's beginning, over the last one that was none.
  for (const end = src + (<usize>count << 3); src < end; src += 8, row++) {
    const value = load<u64>(src);
    store<u32>(starts + (runs << 2), row);
    store<u64>(values + (runs << 3), value);
    runs += usize(value !== last);
    last = value;
  }
  return <u32>runs;
}

/** Whether each of `count` doubles is above the one before it: 1, or else 0. */
export function ascendDoubles(values: usize, count: u32): i32 {
  let others: u32 = 0;
  for (const end = values + (<usize>count << 3); values + 8 < end; values += 8) others |= u32(!(load<f64>(values, 8) > load<f64>(values)));
  return i32(others === 0);
}

/** The same of integers of 64 bits. */
export function ascendIntegers(values: usize, count: u32): i32 {
  let others: u32 = 0;
  for (const end = values + (<usize>count << 3); values + 8 < end; values += 8) others |= u32(load<i64>(values, 8) <= load<i64>(values));
  return i32(others === 0);
}
