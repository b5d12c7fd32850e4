/** Streams of bits that are read from their end, as Zstandard has them: what comes first lies highest (RFC 8878, 4.1). */

/** The bits of a stream that its last byte, by its highest one, says it has; negative where it says nothing. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function bitsOfStream(start: usize, size: u32): i32 {
  if (size === 0) return -1;
  const last = <u32>load<u8>(start + size - 1);
  return last === 0 ? -1 : <i32>(8 * size - 8 + (31 - clz(last)));
}

/** The next bits of a stream of which so many are left, the first one highest: 57 at least, or all, and zeros behind them. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function nextBits(start: usize, left: i32): u64 {
  if (left >= 64) return fullBits(start, left);
  return left > 0 ? load<u64>(start) << (64 - <u64>left) : 0;
}

/** The same where 64 bits are left, or more. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function fullBits(start: usize, left: i32): u64 {
  return load<u64>(start + ((<usize>left + 7) >>> 3) - 8) << (-(<i64>left) & 7);
}

/** The highest bits of a word, 0 to 63 of them. Only the lower six bits of `count` are looked at. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function highest(word: u64, count: u64): u64 {
  return (word >>> 1) >>> ~count;
}
