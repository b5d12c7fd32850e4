import { ENDS_EARLY, ENDS_WITHIN_RUN, OUT_OF_RANGE, fail } from './outcome';

/** A bit to each of eight bytes. */
const EACH_BYTE: u64 = 0x0101_0101_0101_0101;

/**
 * Definition levels (0 null, 1 present) in the hybrid, one bit wide, of `count` rows: a byte per row goes to `mask`, 1 where
 * the row is null. Returns how many rows are present.
 */
export function readLevels(src: usize, end: usize, count: u32, mask: usize): i32 {
  const start = mask;
  const stop = mask + count;
  let nulls: u32 = 0;
  while (mask < stop) {
    let header: u32 = 0;
    let shift: u32 = 0;
    let byte: u32;
    do {
      if (src >= end || shift > 28) return fail(ENDS_EARLY, <u32>(mask - start));
      byte = load<u8>(src++);
      header |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const length = header >>> 1;
    const left = <u32>(stop - mask);
    if ((header & 1) === 1) {
      const rows = <u32>min<u64>(<u64>length * 8, <u64>left);
      const bytes = (rows + 7) >>> 3;
      if (<usize>bytes > end - src) return fail(ENDS_WITHIN_RUN, <u32>(mask - start));
      const last = src + bytes;
      const runStop = mask + rows;
      for (; src < last; src++, mask += 8) {
        let bits = ~<u64>load<u8>(src) & 0xff;
        if (runStop - mask < 8) bits &= (<u64>1 << (runStop - mask)) - 1;
        nulls += <u32>popcnt(bits);
        store<u64>(mask, bitsToBytes(bits));
      }
      mask = runStop;
      src += min<usize>(end - src, <usize>length - bytes);
    } else {
      if (src >= end) return fail(ENDS_WITHIN_RUN, <u32>(mask - start));
      const level = <u32>load<u8>(src++);
      if (level > 1) return fail(OUT_OF_RANGE, level);
      const rows = min<u32>(length, left);
      memory.fill(mask, <u8>(1 - level), rows);
      if (level === 0) nulls += rows;
      mask += rows;
    }
  }
  return <i32>(count - nulls);
}

/** Bit k to byte k. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function bitsToBytes(bits: u64): u64 {
  // Each byte gets a copy of all bits and keeps its own, which then carries into its highest bit.
  return ((((bits * EACH_BYTE) & 0x8040_2010_0804_0201) + 0x7f7f_7f7f_7f7f_7f7f) >>> 7) & EACH_BYTE;
}
