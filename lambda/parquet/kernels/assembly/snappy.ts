import { DAMAGED, OK, fail } from './outcome';

/** Row d: the positions that repeat the last d bytes over 16; row 0 is never used. */
const REPEAT = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
  0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
  0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0,
]);
/** What a literal of up to four bytes and a copy behind it take at most to read, and to write beyond what is meant. */
const PAIR_READS: isize = 8;
const PAIR_WRITES: isize = 4 + 64 + 16;

/** For each distance how far one store of 16 such bytes gets, in whole repetitions. */
const STEP = memory.data<u8>([16, 16, 16, 15, 16, 15, 12, 14, 16, 9, 10, 11, 12, 13, 14, 15]);

/**
 * Decompresses what follows the length of a Snappy block (format_description.txt of google/snappy) from `src` up to `srcEnd`
 * into exactly the bytes from `dst` up to `dstEnd`.
 */
export function decompressSnappy(src: usize, srcEnd: usize, dst: usize, dstEnd: usize): i32 {
  let from = src;
  let to = dst;
  // Up to here neither what is read for a pair nor what is written goes beyond the end.
  const srcSafe = max<isize>(srcEnd - PAIR_READS, src);
  const dstSafe = max<isize>(dstEnd - PAIR_WRITES, dst);
  while (from < srcEnd) {
    // Numbers that have some bytes in common: a literal of one to four bytes, and a copy of the others, again and again. One load has both tags
    // and the distance, so that the next pair need not wait for three.
    while (from < <usize>srcSafe && to < <usize>dstSafe) {
      const word = load<u64>(from);
      const ofLiteral = <u32>word & 0xff;
      if ((ofLiteral & 0xf3) !== 0) break;
      const literal = <usize>(ofLiteral >>> 2) + 1;
      const rest = <u32>(word >>> ((literal + 1) << 3));
      const kind = rest & 3;
      if (kind - 1 > 1) break;
      store<u32>(to, <u32>(word >>> 8));
      to += literal;
      const near = 2 - kind;
      const length = ((rest >>> 2) & (63 >>> (3 * near))) + 1 + 3 * near;
      const distance = <usize>(((rest >>> 8) & (0xffff >>> (8 * near))) | ((rest & (0xe0 & (0 - near))) << 3));
      from += literal + 2 + kind;
      if (distance === 0 || distance > to - dst) return fail(DAMAGED, <u32>(to - dst));
      if (distance < 8) {
        const repeated = i8x16.swizzle(v128.load(to - distance), v128.load(REPEAT + (distance << 4)));
        const step = <usize>load<u8>(STEP + distance);
        const stop = to + length;
        do {
          v128.store(to, repeated);
          to += step;
        } while (to < stop);
        to = stop;
        continue;
      }
      store<u64>(to, load<u64>(to - distance));
      for (let copied: usize = 8; copied < <usize>length; copied += 8) store<u64>(to + copied, load<u64>(to + copied - distance));
      to += length;
    }
    if (from >= srcEnd) break;
    const tag = <u32>load<u8>(from++);
    if ((tag & 3) === 0) {
      let length = (tag >>> 2) + 1;
      if (length <= 16) {
        if (<usize>length > srcEnd - from || <usize>length > dstEnd - to) return fail(DAMAGED, <u32>(to - dst));
        v128.store(to, v128.load(from));
      } else {
        if (length > 60) {
          const bytes = length - 60;
          if (<usize>bytes > srcEnd - from) return fail(DAMAGED, <u32>(to - dst));
          // Up to 2^32, which wraps to 0: refused below, as the length of no literal.
          length = (load<u32>(from) & (0xffff_ffff >>> (32 - 8 * bytes))) + 1;
          from += bytes;
        }
        if (length === 0 || <usize>length > srcEnd - from || <usize>length > dstEnd - to) return fail(DAMAGED, <u32>(to - dst));
        if (length <= 64) {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
          if (length > 32) {
            v128.store(to, v128.load(from, 32), 32);
            v128.store(to, v128.load(from, 48), 48);
          }
        } else memory.copy(to, from, length);
      }
      from += length;
      to += length;
      continue;
    }
    let length: u32;
    let distance: u32;
    if ((tag & 3) === 3) {
      if (srcEnd - from < 4) return fail(DAMAGED, <u32>(to - dst));
      length = (tag >>> 2) + 1;
      distance = load<u32>(from);
      from += 4;
    } else {
      // Two kinds that alternate at random: told apart by arithmetic, since a branch would be foretold wrongly half the time.
      const bytes = tag & 3;
      if (<usize>bytes > srcEnd - from) return fail(DAMAGED, <u32>(to - dst));
      const near = 2 - bytes;
      length = ((tag >>> 2) & (63 >>> (3 * near))) + 1 + 3 * near;
      distance = (load<u16>(from) & (0xffff >>> (8 * near))) | ((tag & (0xe0 & (0 - near))) << 3);
      from += bytes;
    }
    if (distance === 0 || <usize>distance > to - dst || <usize>length > dstEnd - to) return fail(DAMAGED, <u32>(to - dst));
    const stop = to + length;
    if (distance >= 16) {
      let back = to - distance;
      do {
        v128.store(to, v128.load(back));
        to += 16;
        back += 16;
      } while (to < stop);
    } else {
      const repeated = i8x16.swizzle(v128.load(to - distance), v128.load(REPEAT + (distance << 4)));
      const step = <usize>load<u8>(STEP + distance);
      do {
        v128.store(to, repeated);
        to += step;
      } while (to < stop);
    }
    to = stop;
  }
  return to === dstEnd ? OK : fail(DAMAGED, <u32>(to - dst));
}
