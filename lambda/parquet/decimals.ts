import { locateByteArrays } from './byte-arrays';
import type { FixedWidth } from './fixed-width';
import { plainLayout, wordsOf } from './fixed-width';
import type { DecodeDoubles } from './float-column';

/** Decimals in BYTE_ARRAY are of varying width: null. */
export type DecimalLayout = FixedWidth | null;

/** Powers of ten up to this one are exact as doubles. */
const GREATEST_EXACT_POWER = 22;
const BYTES_OF_SAFE_INTEGER = 6;

/** Decimals (an unscaled integer times 10^−scale) as the nearest doubles. */
export function decodeDecimals(layout: DecimalLayout, scale: number): DecodeDoubles {
  if (layout === null) {
    return (kernels, encoding, bytes, count) => {
      const arrays = locateByteArrays(kernels, encoding, bytes, count);
      const doubles = kernels.allocate(count * 8);
      const out = kernels.doubles(doubles, count);
      for (let i = 0; i < count; i++) out[i] = bigEndianDecimal(arrays.bytes, arrays.starts[i], arrays.ends[i], scale);
      return doubles;
    };
  }
  const { physicalType, width } = layout;
  return (kernels, encoding, bytes, count) => {
    const plain = plainLayout(kernels, encoding, layout, bytes, count);
    const doubles = kernels.allocate(count * 8);
    const out = kernels.doubles(doubles, count);
    if (physicalType === 'FIXED_LEN_BYTE_ARRAY') {
      for (let i = 0; i < count; i++) out[i] = bigEndianDecimal(plain, i * width, (i + 1) * width, scale);
      return doubles;
    }
    const words = wordsOf(plain);
    if (width === 4) for (let i = 0; i < count; i++) out[i] = scaled(words[i], scale);
    else for (let i = 0; i < count; i++) out[i] = wordsDecimal(words[2 * i], words[2 * i + 1], scale);
    return doubles;
  };
}

function wordsDecimal(low: number, high: number, scale: number): number {
  const unscaled = high * 0x1_0000_0000 + (low >>> 0);
  return Number.isSafeInteger(unscaled) ? scaled(unscaled, scale) : scaledWide((BigInt(high) << 32n) | BigInt(low >>> 0), scale);
}

/** Two's complement, the most significant byte first; leading bytes may only repeat the sign. */
function bigEndianDecimal(bytes: Uint8Array, start: number, end: number, scale: number): number {
  if (start === end) return 0;
  const sign = bytes[start] << 24 >> 31;
  let first = start;
  while (end - first > BYTES_OF_SAFE_INTEGER && bytes[first] === (sign & 0xff)) first++;
  if (end - first <= BYTES_OF_SAFE_INTEGER) {
    let unscaled = sign;
    for (let i = first; i < end; i++) unscaled = unscaled * 256 + bytes[i];
    return scaled(unscaled, scale);
  }
  const magnitude = BigInt(`0x${Buffer.from(bytes.subarray(start, end)).toString('hex')}`);
  return scaledWide(BigInt.asIntN((end - start) * 8, magnitude), scale);
}

/** With both operands exact, one division (or multiplication) rounds correctly; the rest is left to the parser of numbers, which does too. */
function scaled(unscaled: number, scale: number): number {
  if (scale >= 0 && scale <= GREATEST_EXACT_POWER) return unscaled / 10 ** scale;
  return scaledWide(BigInt(unscaled), scale);
}

function scaledWide(unscaled: bigint, scale: number): number {
  return Number(`${unscaled}e${-scale}`);
}
