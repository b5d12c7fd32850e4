import { plainLayout, wordsOf } from './fixed-width';
import type { DecodeDoubles } from './float-column';

export type FloatSource = 'FLOAT' | 'DOUBLE' | 'FLOAT16';

/** How IEEE 754 numbers of 64, 32 and 16 bits become doubles; no digit is lost. */
export const decodeFloats: Readonly<Record<FloatSource, DecodeDoubles>> = {
  DOUBLE(encoding, bytes, count, out, offset) {
    const plain = plainLayout(encoding, { physicalType: 'DOUBLE', width: 8 }, bytes, count);
    new Uint8Array(out.buffer, offset * 8, count * 8).set(plain);
  },
  FLOAT(encoding, bytes, count, out, offset) {
    const words = wordsOf(plainLayout(encoding, { physicalType: 'FLOAT', width: 4 }, bytes, count));
    out.set(new Float32Array(words.buffer, words.byteOffset, count), offset);
  },
  FLOAT16(encoding, bytes, count, out, offset) {
    const plain = plainLayout(encoding, { physicalType: 'FIXED_LEN_BYTE_ARRAY', width: 2 }, bytes, count);
    for (let i = 0; i < count; i++) out[offset + i] = halfToDouble(plain[2 * i] | (plain[2 * i + 1] << 8));
  },
};

function halfToDouble(half: number): number {
  const sign = half >>> 15 === 1 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
