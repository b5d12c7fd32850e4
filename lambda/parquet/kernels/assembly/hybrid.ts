import { ENDS_EARLY, ENDS_WITHIN_RUN, OK, OUT_OF_RANGE, fail } from './outcome';

/** Decodes `count` integers of the RLE / bit-packing hybrid, each below `limit`, to 32 bits each. */
export function decodeIndices(src: usize, end: usize, width: u32, limit: u32, count: u32, out: usize): i32 {
  return decode<i32>(src, end, width, limit, count, 0, out);
}

/** The same, each replaced by the entry of 32 bits of a table that it is the index of. */
export function gather32(src: usize, end: usize, width: u32, limit: u32, count: u32, table: usize, out: usize): i32 {
  return decode<u32>(src, end, width, limit, count, table, out);
}

/** The same for entries of 64 bits. */
export function gather64(src: usize, end: usize, width: u32, limit: u32, count: u32, table: usize, out: usize): i32 {
  return decode<u64>(src, end, width, limit, count, table, out);
}

/** The same for entries of 8 bits, of which 16 can be read, however few there are. */
export function gather8(src: usize, end: usize, width: u32, limit: u32, count: u32, table: usize, out: usize): i32 {
  return decode<u8>(src, end, width, limit, count, table, out);
}

/** A table of so many entries fits into a vector. */
const VECTOR_ENTRIES: u32 = 16;

/** Twice eight numbers of up to 8 bits that lie side by side, a byte for each: halves are moved apart, then their halves, and theirs. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function bytesOfEights(packed: v128, width: u32): v128 {
  const four = i64x2.splat((<u64>1 << (4 * width)) - 1);
  const two = i64x2.splat(((<u64>1 << (2 * width)) - 1) * 0x0000_0001_0000_0001);
  const one = i64x2.splat(((<u64>1 << width) - 1) * 0x0001_0001_0001_0001);
  const halves = v128.or(v128.and(packed, four), i64x2.shl(v128.and(i64x2.shr_u(packed, 4 * width), four), 32));
  const quarters = v128.or(v128.and(halves, two), i64x2.shl(v128.and(i64x2.shr_u(halves, 2 * width), two), 16));
  return v128.or(v128.and(quarters, one), i64x2.shl(v128.and(i64x2.shr_u(quarters, width), one), 8));
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function put<T>(out: usize, table: usize, index: u32): void {
  // By the type, since functions cannot be passed without the cost of a call: i32 is the index itself.
  if (isSigned<T>()) store<u32>(out, index);
  else store<T>(out, load<T>(table + (<usize>index << alignof<T>())));
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function decode<T>(src: usize, end: usize, width: u32, limit: u32, count: u32, table: usize, out: usize): i32 {
  const valueBytes = (width + 7) >>> 3;
  const mask: u64 = (<u64>1 << width) - 1;
  const stop = out + <usize>count * sizeof<T>();
  const start = out;
  while (out < stop) {
    let header: u32 = 0;
    let shift: u32 = 0;
    let byte: u32;
    do {
      if (src >= end || shift > 28) return fail(ENDS_EARLY, <u32>((out - start) / sizeof<T>()));
      byte = load<u8>(src++);
      header |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const length = header >>> 1;
    const left = <u32>((stop - out) / sizeof<T>());
    if ((header & 1) === 1) {
      const values = <u32>min<u64>(<u64>length * 8, <u64>left);
      if ((<u64>values * width + 7) >>> 3 > <u64>(end - src)) return fail(ENDS_WITHIN_RUN, <u32>((out - start) / sizeof<T>()));
      let bit: usize = 0;
      const runStop = out + <usize>values * sizeof<T>();
      if (width <= 8) {
        // Eight values are `width` bytes: one load has them all.
        const wholeStop = out + (<usize>values & ~7) * sizeof<T>();
        let at = src;
        if (sizeof<T>() === 1 && limit - 1 < VECTOR_ENTRIES) {
          const entries = v128.load(table);
          const last = i8x16.splat(<i8>(limit - 1));
          while (out + 16 <= wholeStop) {
            const indices = bytesOfEights(v128.load64_lane(at + width, v128.load64_zero(at), 1), width);
            // Which one is out of range the loop below says.
            if (v128.any_true(i8x16.gt_u(indices, last))) break;
            v128.store(out, i8x16.swizzle(entries, indices));
            at += 2 * width;
            out += 16;
          }
        }
        while (out < wholeStop) {
          let packed = load<u64>(at);
          at += width;
          for (let k = 0; k < 8; k++) {
            const index = <u32>(packed & mask);
            if (index >= limit) return fail(OUT_OF_RANGE, index);
            put<T>(out, table, index);
            out += sizeof<T>();
            packed >>>= width;
          }
        }
        bit = (at - src) << 3;
      }
      while (out < runStop) {
        const index = <u32>((load<u64>(src + (bit >>> 3)) >>> (bit & 7)) & mask);
        if (index >= limit) return fail(OUT_OF_RANGE, index);
        put<T>(out, table, index);
        out += sizeof<T>();
        bit += width;
      }
      // Never beyond the end by more than a run that is cut off there: the check above was for the values that are wanted.
      src = min<usize>(end, src + <usize>min<u64>(<u64>length * width, <u64>(end - src)));
    } else {
      if (<usize>valueBytes > end - src) return fail(ENDS_WITHIN_RUN, <u32>((out - start) / sizeof<T>()));
      const index = <u32>(load<u64>(src) & ((<u64>1 << (valueBytes * 8)) - 1));
      src += valueBytes;
      const values = min<u32>(length, left);
      if (values === 0) continue;
      if (index >= limit) return fail(OUT_OF_RANGE, index);
      const runStop = out + <usize>values * sizeof<T>();
      if (isSigned<T>()) {
        while (out < runStop) {
          store<u32>(out, index);
          out += sizeof<T>();
        }
      } else {
        const value = load<T>(table + (<usize>index << alignof<T>()));
        while (out < runStop) {
          store<T>(out, value);
          out += sizeof<T>();
        }
      }
    }
  }
  return OK;
}
