import type { FixedWidth } from '../../../lambda/parquet/fixed-width';

/** What a stored integer stands for. DAYS, MICROS, NANOS and INT96 become whole milliseconds. */
export type IntegerSource = 'INT32' | 'UINT32' | 'INT64' | 'UINT64' | 'DAYS' | 'MICROS' | 'NANOS' | 'INT96';

export const INTEGER_LAYOUT: Readonly<Record<IntegerSource, FixedWidth>> = {
  INT32: { physicalType: 'INT32', width: 4 },
  UINT32: { physicalType: 'INT32', width: 4 },
  DAYS: { physicalType: 'INT32', width: 4 },
  INT64: { physicalType: 'INT64', width: 8 },
  UINT64: { physicalType: 'INT64', width: 8 },
  MICROS: { physicalType: 'INT64', width: 8 },
  NANOS: { physicalType: 'INT64', width: 8 },
  INT96: { physicalType: 'INT96', width: 12 },
};

const TWO_32 = 4294967296;
const DAY = 86_400_000;
const JULIAN_DAY_OF_EPOCH = 2_440_588;
const NANOS_PER_MILLI = 1_000_000;

/**
 * Converts `count` values, given as 32-bit words, to doubles from `offset`. Where it returns false, at least one lies
 * outside ±(2^53 − 1) and the doubles are not exact.
 */
export function toDoubles(source: IntegerSource, words: Int32Array, count: number, out: Float64Array, offset: number): boolean {
  switch (source) {
    case 'INT32':
      for (let i = 0; i < count; i++) out[offset + i] = words[i];
      return true;
    case 'UINT32':
      for (let i = 0; i < count; i++) out[offset + i] = words[i] >>> 0;
      return true;
    case 'DAYS':
      for (let i = 0; i < count; i++) out[offset + i] = words[i] * DAY;
      return allSafe(out, offset, count);
    case 'INT64':
      return signedToDoubles(words, count, out, offset);
    case 'UINT64':
      for (let i = 0; i < count; i++) out[offset + i] = (words[2 * i + 1] >>> 0) * TWO_32 + (words[2 * i] >>> 0);
      return allSafe(out, offset, count);
    case 'MICROS':
      for (let i = 0; i < count; i++) out[offset + i] = floorDivide(words[2 * i], words[2 * i + 1], 1000);
      return allSafe(out, offset, count);
    case 'NANOS':
      for (let i = 0; i < count; i++) out[offset + i] = floorDivide(words[2 * i], words[2 * i + 1], NANOS_PER_MILLI);
      return allSafe(out, offset, count);
    case 'INT96':
      for (let i = 0; i < count; i++) {
        out[offset + i] = (words[3 * i + 2] - JULIAN_DAY_OF_EPOCH) * DAY + floorDivide(words[3 * i], words[3 * i + 1], NANOS_PER_MILLI);
      }
      return allSafe(out, offset, count);
  }
}

function signedToDoubles(words: Int32Array, count: number, out: Float64Array, offset: number): boolean {
  let highBits = 0;
  for (let i = 0; i < count; i++) {
    const high = words[2 * i + 1];
    highBits |= high ^ (high >> 31);
    out[offset + i] = high * TWO_32 + (words[2 * i] >>> 0);
  }
  // With all of the low 21 bits set one value may be −2^53, just outside.
  return highBits < 0x1f_ffff || allSafe(out, offset, count);
}

/**
 * ⌊(high · 2^32 + low) / divisor⌋ for divisors up to 10^6, exact wherever the result is below 2^53: the dividend of the
 * second division stays below 2^53, and its quotient so small that rounding cannot reach the next whole number.
 */
function floorDivide(low: number, high: number, divisor: number): number {
  const quotient = Math.floor(high / divisor);
  return quotient * TWO_32 + Math.floor(((high - quotient * divisor) * TWO_32 + (low >>> 0)) / divisor);
}

/** Whether all of the `count` doubles from `offset` are safe integers. */
export function allSafe(values: Float64Array, offset: number, count: number): boolean {
  let greatest = 0;
  for (let i = offset; i < offset + count; i++) {
    const size = Math.abs(values[i]);
    if (size > greatest) greatest = size;
  }
  return greatest <= Number.MAX_SAFE_INTEGER;
}

/** As `toDoubles`, to 64-bit integers; for the columns that need them. */
export function toWide(source: IntegerSource, words: Int32Array, count: number, out: BigInt64Array | BigUint64Array, offset: number): void {
  if (source === 'INT64' || source === 'UINT64') {
    new Int32Array(out.buffer, offset * 8, count * 2).set(words.subarray(0, count * 2));
    return;
  }
  for (let i = 0; i < count; i++) out[offset + i] = wideValue(source, words, i);
}

function wideValue(source: Exclude<IntegerSource, 'INT64' | 'UINT64'>, words: Int32Array, i: number): bigint {
  switch (source) {
    case 'INT32':
      return BigInt(words[i]);
    case 'UINT32':
      return BigInt(words[i] >>> 0);
    case 'DAYS':
      return BigInt(words[i]) * BigInt(DAY);
    case 'MICROS':
      return floorDivideWide(words[2 * i], words[2 * i + 1], 1000n);
    case 'NANOS':
      return floorDivideWide(words[2 * i], words[2 * i + 1], BigInt(NANOS_PER_MILLI));
    case 'INT96':
      return BigInt(words[3 * i + 2] - JULIAN_DAY_OF_EPOCH) * BigInt(DAY) + floorDivideWide(words[3 * i], words[3 * i + 1], BigInt(NANOS_PER_MILLI));
  }
}

function floorDivideWide(low: number, high: number, divisor: bigint): bigint {
  const value = (BigInt(high) << 32n) | BigInt(low >>> 0);
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}
