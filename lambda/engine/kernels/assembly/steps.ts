/** The search of sequences without constraints, by bits of rows. @see ../../plain-sequence.ts */

/** Rows that are searched at once: what is kept of them stays in a core's first cache. */
const ROWS: u32 = 2048;

/** Codes that one look-up of 16 bytes tells apart. */
const CODES_PER_LOOKUP: usize = 16;
const MOST_CODES: usize = 256;
const STEPS_PER_BYTE: u32 = 8;

// What is kept of a block, from `scratch` on: a byte per row or a bit.
const MARKS: usize = 0;
const CLASSES: usize = MARKS + ROWS;
const FOUND: usize = CLASSES + ROWS;
const GOING_ON: usize = FOUND + ROWS;
const BEFORE: usize = GOING_ON + ROWS / 8;
/** Of each step, 64 bits: whether the block's last row has it found. */
const CARRIES: usize = BEFORE + ROWS / 8;
/** Per eight steps, a byte per code. */
const TABLES: usize = CARRIES + 32 * 8;
const SCRATCH_BYTES: usize = TABLES + 4 * MOST_CODES;

/**
 * Per group how many steps of a sequence it comes to. All rows are looked at, 64 at a time, a bit each: that a step was found stays so up to the
 * group's last row, as an addition carries through ones (MatchStar, R. D. Cameron et al., "Bitwise data parallelism in regular expression matching", 2014).
 * No loop has an end that no processor can foresee.
 * @param starts of groups in the order of their rows; each has some
 * @param codes in room for a multiple of 16
 * @param bits per code the steps it is in, 32 bits
 * @param width codes and null, at most 256
 * @param scratch 8 KiB
 */
export function findSteps(starts: usize, ends: usize, count: usize, codes: usize, bits: usize, width: usize, scratch: usize, found: usize): void {
  if (count === 0) return;
  memory.fill(scratch, 0, SCRATCH_BYTES);
  const steps = fillTables(bits, width, scratch + TABLES);
  const rows = load<u32>(ends + ((count - 1) << 2));
  const endOfStarts = starts + (count << 2);
  const endOfEnds = ends + (count << 2);
  for (let first: u32 = 0; first < rows; first += ROWS) {
    const next = min(first + ROWS, rows);
    const rowsOfBlock: usize = next - first;
    const marks = scratch + MARKS - first;
    // Four groups at a time, here and below: with one, the search took a quarter more.
    for (; starts < endOfStarts - 12 && load<u32>(starts, 12) < next; starts += 16) {
      store<u8>(marks + load<u32>(starts), 0xff);
      store<u8>(marks + load<u32>(starts, 4), 0xff);
      store<u8>(marks + load<u32>(starts, 8), 0xff);
      store<u8>(marks + load<u32>(starts, 12), 0xff);
    }
    for (; starts < endOfStarts && load<u32>(starts) < next; starts += 4) store<u8>(marks + load<u32>(starts), 0xff);
    takeMarks(scratch, rowsOfBlock);
    for (let step: u32 = 0; step < steps; step++) {
      if (step % STEPS_PER_BYTE === 0) classify(codes + first, rowsOfBlock, scratch + TABLES + <usize>(step / STEPS_PER_BYTE) * MOST_CODES, width, scratch + CLASSES);
      if (findStep(step, rowsOfBlock, scratch)) continue;
      // No row has it found, nor then any later one.
      memory.fill(scratch + CARRIES + (step << 3), 0, (steps - step) << 3);
      break;
    }
    const foundOfLast = scratch + FOUND - first - 1;
    for (; ends < endOfEnds - 12 && load<u32>(ends, 12) <= next; ends += 16, found += 4) {
      store<u8>(found, load<u8>(foundOfLast + load<u32>(ends)));
      store<u8>(found, load<u8>(foundOfLast + load<u32>(ends, 4)), 1);
      store<u8>(found, load<u8>(foundOfLast + load<u32>(ends, 8)), 2);
      store<u8>(found, load<u8>(foundOfLast + load<u32>(ends, 12)), 3);
    }
    for (; ends < endOfEnds && load<u32>(ends) <= next; ends += 4, found++) store<u8>(found, load<u8>(foundOfLast + load<u32>(ends)));
  }
}

/** The steps' bits, eight to a table of bytes. Returns how many steps there are, but for last ones that no code is in. */
function fillTables(bits: usize, width: usize, tables: usize): u32 {
  let all: u32 = 0;
  for (let code: usize = 0; code < width; code++) {
    const ofCode = load<u32>(bits + (code << 2));
    all |= ofCode;
    for (let table: usize = 0; table < 4; table++) store<u8>(tables + table * MOST_CODES + code, ofCode >>> <u32>(table << 3));
  }
  return 32 - clz(all);
}

/** Begins a block: bits of rows that are not the first of their group, no marks any more, nothing found, and none before a first step. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function takeMarks(scratch: usize, rows: usize): void {
  const none = i8x16.splat(0);
  let found = scratch + FOUND;
  let goingOn = scratch + GOING_ON;
  let marks = scratch + MARKS;
  for (const end = marks + rows; marks < end; marks += 64, found += 64, goingOn += 8) {
    store<u64>(goingOn, ~bitsOf(v128.load(marks), v128.load(marks, 16), v128.load(marks, 32), v128.load(marks, 48)));
    store<u64>(goingOn, -1, BEFORE - GOING_ON);
    for (let each: usize = 0; each < 64; each += 16) {
      v128.store(marks + each, none);
      v128.store(found + each, none);
    }
  }
}

/** Per row what a table of bytes has for its code. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function classify(codes: usize, rows: usize, table: usize, width: usize, classes: usize): void {
  const end = codes + rows;
  const ofFirst = v128.load(table);
  for (let at = codes, to = classes; at < end; at += 16, to += 16) v128.store(to, i8x16.swizzle(ofFirst, v128.load(at)));
  for (let code = CODES_PER_LOOKUP; code < width; code += CODES_PER_LOOKUP) {
    const ofSome = v128.load(table + code);
    if (!v128.any_true(ofSome)) continue;
    // Codes below become large, and those have 0 as all from 16 on.
    const below = i8x16.splat(<i8>code);
    for (let at = codes, to = classes; at < end; at += 16, to += 16) v128.store(to, v128.or(v128.load(to), i8x16.swizzle(ofSome, i8x16.sub(v128.load(at), below))));
  }
}

/** Adds 1 to each row that a step is found at, in its group and up to the row. Returns whether there are any. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function findStep(step: u32, rows: usize, scratch: usize): bool {
  const bit = i8x16.splat(<i8>(<u32>1 << (step % STEPS_PER_BYTE)));
  const carryAt = scratch + CARRIES + (step << 3);
  let carry = load<u64>(carryAt);
  let any: u64 = 0;
  let goingOnAt = scratch + GOING_ON;
  let foundAt = scratch + FOUND;
  let classes = scratch + CLASSES;
  for (const end = classes + rows; classes < end; classes += 64, foundAt += 64, goingOnAt += 8) {
    const isStep = bitsOf(
      i8x16.eq(v128.and(v128.load(classes), bit), bit),
      i8x16.eq(v128.and(v128.load(classes, 16), bit), bit),
      i8x16.eq(v128.and(v128.load(classes, 32), bit), bit),
      i8x16.eq(v128.and(v128.load(classes, 48), bit), bit),
    );
    const goingOn = load<u64>(goingOnAt);
    const begins = isStep & load<u64>(goingOnAt, BEFORE - GOING_ON);
    // What an addition carries into a bit is what was found at the row before.
    const either = begins | goingOn;
    const before = (either ^ begins ^ (either + begins + carry)) & goingOn;
    store<u64>(goingOnAt, before, BEFORE - GOING_ON);
    const found = begins | before;
    carry = found >>> 63;
    any |= found;
    const all = i64x2.splat(found);
    addRows(foundAt, v128.shuffle<u8>(all, all, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
    addRows(foundAt + 16, v128.shuffle<u8>(all, all, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3));
    addRows(foundAt + 32, v128.shuffle<u8>(all, all, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5));
    addRows(foundAt + 48, v128.shuffle<u8>(all, all, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7));
  }
  store<u64>(carryAt, carry);
  return any !== 0;
}

/** Adds 1 to the bytes of 16 rows whose bits are 1. @param bits two bytes, eight times each */
// @ts-ignore: a decorator of AssemblyScript
@inline
function addRows(found: usize, bits: v128): void {
  const bitOfRow = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  v128.store(found, i8x16.sub(v128.load(found), i8x16.eq(v128.and(bits, bitOfRow), bitOfRow)));
}

/** The bits of 64 rows, from bytes whose highest bit they are. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function bitsOf(first: v128, second: v128, third: v128, fourth: v128): u64 {
  const low = <u32>i8x16.bitmask(first) | (<u32>i8x16.bitmask(second) << 16);
  const high = <u32>i8x16.bitmask(third) | (<u32>i8x16.bitmask(fourth) << 16);
  return <u64>low | (<u64>high << 32);
}
