/**
 * The engine's inner loops, in AssemblyScript: TypeScript's syntax with WebAssembly's types. `scripts/build-kernels.mjs` compiles
 * them into `../binary.ts`. All of them walk the rows from `starts` to `ends` of `count` groups, 32-bit integers each, and read
 * `codes`, a byte per row: 0 for null, else a value's number and 1. Addresses are positions in the memory of one part.
 */

/** Where memory that holds no constants begins. */
export function heapBase(): usize {
  return __heap_base;
}

/** Per group how many steps of a sequence it comes to. @param bits per code the steps it is in, 32 bits. @see ../../plain-sequence.ts */
export function findSteps(starts: usize, ends: usize, count: u32, codes: usize, bits: usize, found: usize): void {
  for (let group: usize = 0; group < count; group++) {
    const end = codes + load<u32>(ends + (group << 2));
    let steps: u32 = 0;
    for (let row = codes + load<u32>(starts + (group << 2)); row < end; row++) steps |= ((steps << 1) | 1) & load<u32>(bits + (<usize>load<u8>(row) << 2));
    store<u8>(found + group, 32 - clz(steps));
  }
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
 * `(class - 1) * width + code`, and the same `nulls` bytes later for rows that have none, whose sums mean nothing.
 */
export function sumSplit(
  starts: usize, ends: usize, count: u32, codes: usize, values: usize, classes: usize, width: u32, upper: f64, lower: f64, sums: usize, nulls: usize,
): void {
  for (let group: usize = 0; group < count; group++) {
    const ofClass = <u32>load<u8>(classes + group);
    if (ofClass === 0) continue;
    const base = sums + (<usize>((ofClass - 1) * width) << 5);
    const end = codes + load<u32>(ends + (group << 2));
    const start = <usize>load<u32>(starts + (group << 2));
    let at = values + (start << 3);
    for (let row = codes + start; row < end; row++, at += 8) {
      const value = load<f64>(at);
      const slot = base + (<usize>load<u8>(row) << 5) + ((0 - <usize>(value !== value)) & nulls);
      const high = value + upper - upper;
      const rest = value - high;
      const middle = rest + lower - lower;
      v128.store(slot, f64x2.add(v128.load(slot), f64x2.replace_lane(f64x2.splat(high), 1, middle)));
      v128.store(slot, f64x2.add(v128.load(slot, 16), f64x2.replace_lane(f64x2.splat(rest - middle), 1, 1)), 16);
    }
  }
}
