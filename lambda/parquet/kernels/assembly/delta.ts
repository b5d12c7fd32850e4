import { BAD_BLOCKS, ENDS_EARLY, NUMBER_TOO_LARGE, NUMBER_TOO_LONG, OTHER_COUNT, TOO_FEW_BYTES, fail } from './outcome';

/** DELTA_BINARY_PACKED of `count` values of 32 bits; returns the bytes that the encoding takes. */
export function decodeDelta32(src: usize, end: usize, count: u32, out: usize): i32 {
  return decode<u32>(src, end, count, out);
}

/** The same of 64 bits. Sums wrap around, as the format demands. */
export function decodeDelta64(src: usize, end: usize, count: u32, out: usize): i32 {
  return decode<u64>(src, end, count, out);
}

/** More than any writer uses. */
const LARGEST_MINIBLOCK: u32 = 1 << 16;

/** Where the next number begins, after `varint`. */
let position: usize = 0;
let problem: i32 = 0;

function varint(end: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    if (position >= end) {
      problem = ENDS_EARLY;
      return 0;
    }
    const byte = <u64>load<u8>(position++);
    if (shift < 64) value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  problem = NUMBER_TOO_LONG;
  return 0;
}

function header(end: usize): u32 {
  const value = varint(end);
  if (value > 0xffff_ffff) problem = NUMBER_TOO_LARGE;
  return <u32>value;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function zigzag(end: usize): u64 {
  const value = varint(end);
  return (value >>> 1) ^ (0 - (value & 1));
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function decode<T>(src: usize, end: usize, count: u32, out: usize): i32 {
  position = src;
  problem = 0;
  const blockSize = header(end);
  const miniblocks = header(end);
  const total = header(end);
  if (problem !== 0) return fail(problem, 0);
  const size: u32 = miniblocks === 0 ? 0 : blockSize / miniblocks;
  if (size === 0 || size * miniblocks !== blockSize || (size & 7) !== 0 || size > LARGEST_MINIBLOCK) return fail(BAD_BLOCKS, blockSize);
  if (total !== count) return fail(OTHER_COUNT, total);
  // A miniblock takes at least its width byte: so many blocks cannot follow from so few bytes.
  if (total > 0 && <u64>(total - 1) > <u64>size * <u64>(end - src)) return fail(TOO_FEW_BYTES, 0);
  let value = <T>zigzag(end);
  if (problem !== 0) return fail(problem, 0);
  if (count === 0) return <i32>(position - src);
  store<T>(out, value);
  out += sizeof<T>();
  let left = count - 1;
  while (left > 0) {
    const least = <T>zigzag(end);
    if (problem !== 0) return fail(problem, 0);
    const widths = position;
    if (<usize>miniblocks > end - position) return fail(ENDS_EARLY, 0);
    let at = position + miniblocks;
    for (let miniblock: u32 = 0; miniblock < miniblocks && left > 0; miniblock++) {
      const width = <usize>load<u8>(widths + miniblock);
      const values = min<u32>(size, left);
      if (width > 64 || (<u64>values * width + 7) >>> 3 > <u64>(end - at)) return fail(ENDS_EARLY, left);
      const stop = out + <usize>values * sizeof<T>();
      if (width === 0) {
        for (; out < stop; out += sizeof<T>()) {
          value += least;
          store<T>(out, value);
        }
      } else if (width <= 56) {
        const mask: u64 = (<u64>1 << <u64>width) - 1;
        for (let bit: usize = 0; out < stop; out += sizeof<T>(), bit += width) {
          value += least + <T>((load<u64>(at + (bit >>> 3)) >>> <u64>(bit & 7)) & mask);
          store<T>(out, value);
        }
      } else {
        const mask: u64 = ~(<u64>0) >>> <u64>(64 - width);
        for (let bit: usize = 0; out < stop; out += sizeof<T>(), bit += width) {
          const byte = at + (bit >>> 3);
          const shift = <u64>(bit & 7);
          let delta = load<u64>(byte) >>> shift;
          // The ninth byte, in two steps, since a shift by 64 is one by 0.
          delta |= (<u64>load<u8>(byte + 8) << (63 - shift)) << 1;
          value += least + <T>(delta & mask);
          store<T>(out, value);
        }
      }
      at += <usize>min<u64>(<u64>(end - at), <u64>(size >>> 3) * width);
      left -= values;
    }
    position = at;
  }
  return <i32>(position - src);
}
