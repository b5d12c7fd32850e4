/** 2^51: what is added so that −2^51 to 2^51 become 0 to 2^52. */
const HALF_RANGE: i64 = 1 << 51;
/** The bits of 1.5 · 2^52, in whose neighbourhood doubles are the whole numbers: an integer added to the bits is added to the number. */
const MAGIC_BITS: i64 = 0x4338_0000_0000_0000;
const MAGIC: f64 = 6755399441055744.0;
const GREATEST_SAFE: i64 = (1 << 53) - 1;

/** Converts `count` signed integers of 64 bits to doubles where they lie, unless one is not within ±2^51: then nothing is done, and 0 returned. */
export function smallToDoubles(src: usize, count: u32): i32 {
  const bits = i64x2.splat(MAGIC_BITS);
  const magic = f64x2.splat(MAGIC);
  const half = i64x2.splat(HALF_RANGE);
  let beyond = i64x2.splat(0);
  const end = src + (<usize>count << 3);
  const pairsEnd = src + (<usize>(count & ~1) << 3);
  let from = src;
  while (from < pairsEnd) {
    beyond = v128.or(beyond, i64x2.shr_u(i64x2.add(v128.load(from), half), 52));
    from += 16;
  }
  if (from < end) beyond = v128.or(beyond, i64x2.splat((load<i64>(from) + HALF_RANGE) >>> 52));
  from = src;
  if (v128.any_true(beyond)) return 0;
  for (; from < pairsEnd; from += 16) v128.store(from, f64x2.sub(i64x2.add(v128.load(from), bits), magic));
  if (from < end) store<f64>(from, <f64>load<i64>(from));
  return 1;
}

/** Signed integers of 64 bits as such of 32, unless one does not fit: then 0 is returned, and what is written means nothing. */
export function narrowIntegers(src: usize, count: u32, out: usize): i32 {
  let beyond = i32x4.splat(0);
  const whole = count & ~3;
  const end = src + (<usize>whole << 3);
  for (; src < end; src += 32, out += 16) {
    const two = v128.load(src);
    const nextTwo = v128.load(src, 16);
    const low = v128.shuffle<i32>(two, nextTwo, 0, 2, 4, 6);
    beyond = v128.or(beyond, v128.xor(v128.shuffle<i32>(two, nextTwo, 1, 3, 5, 7), i32x4.shr_s(low, 31)));
    v128.store(out, low);
  }
  if (v128.any_true(beyond)) return 0;
  for (const last = src + (<usize>(count - whole) << 3); src < last; src += 8, out += 4) {
    const value = load<i64>(src);
    if (value !== <i64><i32>value) return 0;
    store<i32>(out, <i32>value);
  }
  return 1;
}

/** Converts `count` signed integers of 64 bits to doubles; returns 1 where each is exact (below 2^53), else 0. */
export function int64ToDoubles(src: usize, count: u32, out: usize): i32 {
  let safe = 1;
  for (const end = src + (<usize>count << 3); src < end; src += 8, out += 8) {
    const value = load<i64>(src);
    if (value > GREATEST_SAFE || value < -GREATEST_SAFE) safe = 0;
    store<f64>(out, <f64>value);
  }
  return safe;
}

/** As `int64ToDoubles`, of unsigned integers. */
export function uint64ToDoubles(src: usize, count: u32, out: usize): i32 {
  let safe = 1;
  for (const end = src + (<usize>count << 3); src < end; src += 8, out += 8) {
    const value = load<u64>(src);
    if (value > <u64>GREATEST_SAFE) safe = 0;
    store<f64>(out, <f64>value);
  }
  return safe;
}

const DAY: i64 = 86_400_000;
const JULIAN_DAY_OF_EPOCH: i64 = 2_440_588;
const NANOS_PER_MILLI: i64 = 1_000_000;

export function widenInt32(src: usize, count: u32, out: usize): void {
  for (const end = src + (<usize>count << 2); src < end; src += 4, out += 8) store<i64>(out, <i64>load<i32>(src));
}

export function widenUint32(src: usize, count: u32, out: usize): void {
  for (const end = src + (<usize>count << 2); src < end; src += 4, out += 8) store<i64>(out, <i64>load<u32>(src));
}

/** Days to milliseconds. */
export function daysToMillis(src: usize, count: u32, out: usize): void {
  for (const end = src + (<usize>count << 2); src < end; src += 4, out += 8) store<i64>(out, <i64>load<i32>(src) * DAY);
}

/** Microseconds to whole milliseconds, downwards. */
export function microsToMillis(src: usize, count: u32, out: usize): void {
  for (const end = src + (<usize>count << 3); src < end; src += 8, out += 8) store<i64>(out, floorDivide(load<i64>(src), 1000));
}

/** Nanoseconds to whole milliseconds, downwards. */
export function nanosToMillis(src: usize, count: u32, out: usize): void {
  for (const end = src + (<usize>count << 3); src < end; src += 8, out += 8) store<i64>(out, floorDivide(load<i64>(src), NANOS_PER_MILLI));
}

/** INT96: nanoseconds of the day, and the Julian day. */
export function int96ToMillis(src: usize, count: u32, out: usize): void {
  for (const end = src + <usize>count * 12; src < end; src += 12, out += 8) {
    store<i64>(out, (<i64>load<i32>(src + 8) - JULIAN_DAY_OF_EPOCH) * DAY + floorDivide(load<i64>(src), NANOS_PER_MILLI));
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function floorDivide(value: i64, divisor: i64): i64 {
  const quotient = value / divisor;
  return quotient - i64(quotient * divisor > value);
}
