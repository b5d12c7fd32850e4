import { ENDS_EARLY, TOO_LONG, fail } from './outcome';

/** What texts are, begin with, end with or contain, found as they lie in a page. @see ../../judged-text-column.ts */

/** As in ../../text-tests.ts. */
const IS: u32 = 0;
const STARTS: u32 = 1;
const ENDS: u32 = 2;

const NEEDLE_BYTES: usize = 16;

/**
 * Judges `count` texts from `at` up to `end`, each behind its length in 4 bytes.
 * @param needles 4 numbers of 32 bits each: kind, bit, address and length
 * @param codes becomes for each text, in a byte, the bits of the needles that it has, and 1
 * @param firsts per combination of bits, 32 bits each: becomes, where it is 0, the address of the first text that has these, from its length on
 */
export function judgeTexts(at: usize, end: usize, count: u32, needles: usize, needleCount: u32, codes: usize, firsts: usize): i32 {
  const page = at;
  const others = needles + NEEDLE_BYTES;
  const needlesEnd = needles + <usize>needleCount * NEEDLE_BYTES;
  // Of the first one, which is the only one most of the time, all is at hand.
  const kind = load<u32>(needles);
  const bit = load<u32>(needles, 4);
  const needle = <usize>load<u32>(needles, 8);
  const size = load<u32>(needles, 12);
  for (const last = codes + count; codes < last; codes++) {
    if (end - at < 4) return fail(ENDS_EARLY, count - <u32>(last - codes));
    const length = load<u32>(at);
    at += 4;
    if (<usize>length > end - at) return fail(TOO_LONG, <u32>(at - page) - 4);
    let bits = select<u32>(bit, 0, has(at, length, kind, needle, size));
    for (let other = others; other < needlesEnd; other += NEEDLE_BYTES) {
      bits |= select<u32>(load<u32>(other, 4), 0, has(at, length, load<u32>(other), load<u32>(other, 8), load<u32>(other, 12)));
    }
    store<u8>(codes, bits + 1);
    const first = firsts + (<usize>bits << 2);
    if (load<u32>(first) === 0) store<u32>(first, <u32>at - 4);
    at += length;
  }
  return 0;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function has(text: usize, length: u32, kind: u32, needle: usize, size: u32): bool {
  if (size > length) return false;
  if (kind === IS) return size === length && areAlike(text, needle, size);
  if (kind === STARTS) return areAlike(text, needle, size);
  if (kind === ENDS) return areAlike(text + (length - size), needle, size);
  return contains(text, length, needle, size);
}

/** Reads up to 15 bytes beyond both. */
function areAlike(left: usize, right: usize, bytes: u32): bool {
  for (; bytes >= 16; bytes -= 16, left += 16, right += 16) if (!i8x16.all_true(i8x16.eq(v128.load(left), v128.load(right)))) return false;
  const alike = i8x16.bitmask(i8x16.eq(v128.load(left), v128.load(right)));
  return ((alike | (0xffff << bytes)) & 0xffff) === 0xffff;
}

/** Sixteen places at a time: where the first and the last byte are the needle's, the others are compared (W. Muła, "SIMD-friendly algorithms for substring searching"). */
// @ts-ignore: a decorator of AssemblyScript
@inline
function contains(text: usize, length: u32, needle: usize, size: u32): bool {
  if (size === 0) return true;
  const first = v128.load8_splat(needle);
  const last = v128.load8_splat(needle + (size - 1));
  const places = length - size + 1;
  for (let place: u32 = 0; place < places; place += 16) {
    const at = text + place;
    let hits = <u32>i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + (size - 1)), last)));
    if (places - place < 16) hits &= (1 << (places - place)) - 1;
    for (; hits !== 0; hits &= hits - 1) if (size <= 2 || areAlike(at + ctz(hits) + 1, needle + 1, size - 2)) return true;
  }
  return false;
}
