import { DAMAGED, OK, fail } from './outcome';
import { copyFromBefore, copyShort } from './repeat';

/** What a literal of up to four bytes and a copy behind it take at most to read, and to write: both as powers of two. */
const STEP_READS_BITS: isize = 3;
const STEP_WRITES_BITS: isize = 7;

/**
 * For each tag of a copy with a distance of one or two bytes: its length, from bit 16 on the distance's upper bits, and from bit 32 on a mask
 * of those that come behind the tag. 0 for other tags.
 */
const COPIES = memory.data(256 * 8);
for (let tag: u64 = 0; tag < 256; tag++) {
  const near: u64 = (((tag >>> 2) & 7) + 4) | ((tag >>> 5) << 24) | (<u64>0xff << 32);
  const far: u64 = ((tag >>> 2) + 1) | (<u64>0xffff << 32);
  const kind = tag & 3;
  store<u64>(COPIES + (<usize>tag << 3), kind === 1 ? near : kind === 2 ? far : 0);
}

/**
 * Decompresses what follows the length of a Snappy block (format_description.txt of google/snappy) from `src` up to `srcEnd`
 * into exactly the bytes from `dst` up to `dstEnd`.
 */
export function decompressSnappy(src: usize, srcEnd: usize, dst: usize, dstEnd: usize): i32 {
  let from = src;
  let to = dst;
  while (from < srcEnd) {
    // Numbers that have some bytes in common are a literal of one to four bytes and a copy of the others, again and again; texts are mostly
    // copies. One load has both tags and the distance, and what may go wrong is left to what is behind this loop. So many steps remain
    // within both ends.
    let steps = min<isize>((srcEnd - from) >> STEP_READS_BITS, (dstEnd - to) >> STEP_WRITES_BITS);
    while (--steps >= 0) {
      const word = load<u64>(from);
      const tag = word & 0xff;
      let copy = <u32>word;
      let target = to;
      let next = from + 1;
      if ((tag & 0xf3) === 0) {
        store<u32>(to, <u32>(word >>> 8));
        copy = <u32>(word >>> ((tag << 1) + 16));
        const literal = (<u32>tag >>> 2) + 1;
        target += literal;
        next = from + literal + 2;
      }
      const entry = load<u64>(COPIES + (<usize>(copy & 0xff) << 3));
      const distance = <usize>(<u32>entry >>> 16) + <usize>((copy >>> 8) & <u32>(entry >>> 32));
      if (distance < 8) break;
      if (distance > target - dst) break;
      from = next + (copy & 3);
      const length = <usize>(<u32>entry & 0xff);
      to = target + length;
      copyShort(target, distance, length);
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
      const bytes = tag & 3;
      if (<usize>bytes > srcEnd - from) return fail(DAMAGED, <u32>(to - dst));
      const entry = load<u64>(COPIES + (<usize>tag << 3));
      length = <u32>entry & 0xff;
      distance = (<u32>entry >>> 16) + (load<u16>(from) & <u32>(entry >>> 32));
      from += bytes;
    }
    if (distance === 0 || <usize>distance > to - dst || <usize>length > dstEnd - to) return fail(DAMAGED, <u32>(to - dst));
    const stop = to + length;
    copyFromBefore(to, distance, stop);
    to = stop;
  }
  return to === dstEnd ? OK : fail(DAMAGED, <u32>(to - dst));
}
