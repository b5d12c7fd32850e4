/** Bits of rows, 32 each, by what columns hold there, and of groups. @see ../../row-bits.ts */

/**
 * Adds a bit to each row whose number compares as asked; nulls are NaN, which is only unequal. Four rows at a time, so `bits` and `values` have
 * room for as many as make that even.
 * @param bits 32 per row
 * @param op 0 ==, 1 !=, 2 <, 3 <=, 4 >, 5 >=
 */
export function compareNumbers(values: usize, rows: usize, op: u32, operand: f64, bit: u32, bits: usize): void {
  const wanted = f64x2.splat(operand);
  const bitOfAll = i32x4.splat(bit);
  const end = bits + (rows << 2);
  if (op === 0) for (let at = bits; at < end; at += 16, values += 32) addBit(at, f64x2.eq(v128.load(values), wanted), f64x2.eq(v128.load(values, 16), wanted), bitOfAll);
  else if (op === 1) for (let at = bits; at < end; at += 16, values += 32) addBit(at, f64x2.ne(v128.load(values), wanted), f64x2.ne(v128.load(values, 16), wanted), bitOfAll);
  else if (op === 2) for (let at = bits; at < end; at += 16, values += 32) addBit(at, f64x2.lt(v128.load(values), wanted), f64x2.lt(v128.load(values, 16), wanted), bitOfAll);
  else if (op === 3) for (let at = bits; at < end; at += 16, values += 32) addBit(at, f64x2.le(v128.load(values), wanted), f64x2.le(v128.load(values, 16), wanted), bitOfAll);
  else if (op === 4) for (let at = bits; at < end; at += 16, values += 32) addBit(at, f64x2.gt(v128.load(values), wanted), f64x2.gt(v128.load(values, 16), wanted), bitOfAll);
  else for (let at = bits; at < end; at += 16, values += 32) addBit(at, f64x2.ge(v128.load(values), wanted), f64x2.ge(v128.load(values, 16), wanted), bitOfAll);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function addBit(at: usize, firstTwo: v128, lastTwo: v128, bit: v128): void {
  v128.store(at, v128.or(v128.load(at), v128.and(v128.shuffle<i32>(firstTwo, lastTwo, 0, 2, 4, 6), bit)));
}

/** Makes NaN of numbers that are null, four at a time. @param nulls a byte per row, 1 or 0 */
export function nullNumbers(values: usize, nulls: usize, rows: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const at = values + (row << 3);
    store<i64>(at, load<i64>(at) | ((0 - <i64>load<u8>(nulls + row)) & 0x7ff8000000000000));
  }
}

/** Adds bits that a table has for a row's code, which is −1 or above: the table's first is for −1. */
export function addBitsOfCodes(codes: usize, rows: usize, table: usize, bits: usize): void {
  const end = codes + (rows << 2);
  for (; codes < end; codes += 4, bits += 4) store<u32>(bits, load<u32>(bits) | load<u32>(table + (<usize>(load<i32>(codes) + 1) << 2)));
}

/** As `addBitsOfCodes`, a bit by its number where a table of bytes has a 1. */
export function addBitOfCodes(codes: usize, rows: usize, table: usize, bit: u32, bits: usize): void {
  const end = codes + (rows << 2);
  for (; codes < end; codes += 4, bits += 4) store<u32>(bits, load<u32>(bits) | (<u32>load<u8>(table + <usize>(load<i32>(codes) + 1)) << bit));
}

/** Adds bits that a table has for a row's byte. */
export function addBitsOfBytes(bytes: usize, rows: usize, table: usize, bits: usize): void {
  const end = bytes + rows;
  for (; bytes < end; bytes++, bits += 4) store<u32>(bits, load<u32>(bits) | load<u32>(table + (<usize>load<u8>(bytes) << 2)));
}

/** Adds a bit to each row that has all of some others. Four rows at a time. */
export function addBitOfAll(all: u32, rows: usize, bit: u32, bits: usize): void {
  const wanted = i32x4.splat(all);
  const bitOfAll = i32x4.splat(bit);
  const end = bits + (rows << 2);
  for (; bits < end; bits += 16) {
    const before = v128.load(bits);
    v128.store(bits, v128.or(before, v128.and(i32x4.eq(v128.and(before, wanted), wanted), bitOfAll)));
  }
}

/** Per group the bits that any of its rows has, of rows from `first` on. @param carried what the first group has from earlier rows */
export function uniteBits(starts: usize, ends: usize, count: u32, bits: usize, first: u32, rows: u32, carried: u32, united: usize): void {
  let ofGroup = carried;
  for (let group: usize = 0; group < count; group++) {
    const end = bits + (<usize>min(load<u32>(ends + (group << 2)) - first, rows) << 2);
    for (let row = bits + (<usize>max(<i32>(load<u32>(starts + (group << 2)) - first), 0) << 2); row < end; row += 4) ofGroup |= load<u32>(row);
    store<u32>(united + (group << 2), ofGroup);
    ofGroup = 0;
  }
}
