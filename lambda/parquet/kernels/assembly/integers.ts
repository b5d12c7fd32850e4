/** 2^51: what is added so that −2^51 to 2^51 become 0 to 2^52. */
const HALF_RANGE: i64 = 1 << 51;
/** The bits of 1.5 · 2^52, in whose neighbourhood doubles are the whole numbers: an integer added to the bits is added to the number. */
const MAGIC_BITS: i64 = 0x4338_0000_0000_0000;
const MAGIC: f64 = 6755399441055744.0;
const GREATEST_SAFE: i64 = (1 << 53) - 1;

/** Converts `count` signed integers of 64 bits to doubles, in place if need be; returns 1 where each is exact (below 2^53), else 0. */
export function int64ToDoubles(src: usize, count: u32, out: usize): i32 {
  const bits = i64x2.splat(MAGIC_BITS);
  const magic = f64x2.splat(MAGIC);
  const half = i64x2.splat(HALF_RANGE);
  let beyond = i64x2.splat(0);
  const end = src + (<usize>count << 3);
  const pairsEnd = src + (<usize>(count & ~1) << 3);
  let from = src;
  let to = out;
  // A first pass only looks: in place, what has been converted could not be converted in another way.
  while (from < pairsEnd) {
    beyond = v128.or(beyond, i64x2.shr_u(i64x2.add(v128.load(from), half), 52));
    from += 16;
  }
  if (from < end) beyond = v128.or(beyond, i64x2.splat((load<i64>(from) + HALF_RANGE) >>> 52));
  from = src;
  if (v128.any_true(beyond)) return slowly(src, end, out);
  while (from < pairsEnd) {
    v128.store(to, f64x2.sub(i64x2.add(v128.load(from), bits), magic));
    from += 16;
    to += 16;
  }
  if (from < end) store<f64>(to, <f64>load<i64>(from));
  return 1;
}

function slowly(src: usize, end: usize, out: usize): i32 {
  let safe = 1;
  for (let from = src, to = out; from < end; from += 8, to += 8) {
    const value = load<i64>(from);
    if (value > GREATEST_SAFE || value < -GREATEST_SAFE) safe = 0;
    store<f64>(to, <f64>value);
  }
  return safe;
}

export function int32ToDoubles(src: usize, count: u32, out: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    store<f64>(out, <f64>load<i32>(src));
    src += 4;
    out += 8;
  }
}

/** Microseconds to whole milliseconds, downwards. Quotients are below 2^53 always. */
export function microsToDoubles(src: usize, count: u32, out: usize): i32 {
  return divide(src, count, out, 1000);
}

/** Nanoseconds to whole milliseconds, downwards. */
export function nanosToDoubles(src: usize, count: u32, out: usize): i32 {
  return divide(src, count, out, 1_000_000);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function divide(src: usize, count: u32, out: usize, divisor: i64): i32 {
  const end = src + (<usize>count << 3);
  let safe = 1;
  for (; src < end; src += 8, out += 8) {
    const value = load<i64>(src);
    let quotient = value / divisor;
    quotient -= i64(quotient * divisor > value);
    if (quotient > GREATEST_SAFE || quotient < -GREATEST_SAFE) safe = 0;
    store<f64>(out, <f64>quotient);
  }
  return safe;
}
