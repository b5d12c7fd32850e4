/** Writes `count` rows of 64 bits: the next of the values at `src`, or `none` where the row's byte in `mask` is 1. */
export function spread64(src: usize, mask: usize, count: u32, none: f64, out: usize): void {
  const bits = reinterpret<u64>(none);
  for (const stop = mask + count; mask < stop; mask++, out += 8) {
    const isNull = <usize>load<u8>(mask);
    store<u64>(out, select<u64>(bits, load<u64>(src), <bool>isNull));
    src += (1 - isNull) << 3;
  }
}

/** The same for 32 bits. */
export function spread32(src: usize, mask: usize, count: u32, none: i32, out: usize): void {
  for (const stop = mask + count; mask < stop; mask++, out += 4) {
    const isNull = <usize>load<u8>(mask);
    store<i32>(out, select<i32>(none, load<i32>(src), <bool>isNull));
    src += (1 - isNull) << 2;
  }
}

/** The same for 8 bits. */
export function spread8(src: usize, mask: usize, count: u32, none: u32, out: usize): void {
  for (const stop = mask + count; mask < stop; mask++, out++) {
    const isNull = <usize>load<u8>(mask);
    store<u8>(out, select<u32>(none, load<u8>(src), <bool>isNull));
    src += 1 - isNull;
  }
}

/** Numbers of 32 bits to doubles. */
export function floatsToDoubles(src: usize, count: u32, out: usize): void {
  for (const end = src + (<usize>count << 2); src < end; src += 4, out += 8) store<f64>(out, <f64>load<f32>(src));
}

/** Codes from −1 to 254 as bytes, each 1 more. */
export function narrowCodes(codes: usize, count: u32, bytes: usize): void {
  const one = i32x4.splat(1);
  for (const end = bytes + count; bytes < end; bytes += 16, codes += 64) {
    const first = i16x8.narrow_i32x4_s(i32x4.add(v128.load(codes), one), i32x4.add(v128.load(codes, 16), one));
    const last = i16x8.narrow_i32x4_s(i32x4.add(v128.load(codes, 32), one), i32x4.add(v128.load(codes, 48), one));
    v128.store(bytes, i8x16.narrow_i16x8_u(first, last));
  }
}
