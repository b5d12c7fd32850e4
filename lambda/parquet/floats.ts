import { plainLayout } from './fixed-width';
import type { DecodeDoubles } from './float-column';

export type FloatSource = 'FLOAT' | 'DOUBLE' | 'FLOAT16';

/** How IEEE 754 numbers of 64, 32 and 16 bits become doubles; no digit is lost. */
export const decodeFloats: Readonly<Record<FloatSource, DecodeDoubles>> = {
  DOUBLE: (kernels, encoding, bytes, count) => plainLayout(kernels, encoding, { physicalType: 'DOUBLE', width: 8 }, bytes, count).byteOffset,
  FLOAT(kernels, encoding, bytes, count) {
    const plain = plainLayout(kernels, encoding, { physicalType: 'FLOAT', width: 4 }, bytes, count);
    const doubles = kernels.allocate(count * 8);
    kernels.run.floatsToDoubles(plain.byteOffset, count, doubles);
    return doubles;
  },
  FLOAT16(kernels, encoding, bytes, count) {
    const plain = plainLayout(kernels, encoding, { physicalType: 'FIXED_LEN_BYTE_ARRAY', width: 2 }, bytes, count);
    const doubles = kernels.allocate(count * 8);
    const out = kernels.doubles(doubles, count);
    for (let i = 0; i < count; i++) out[i] = halfToDouble(plain[2 * i] | (plain[2 * i + 1] << 8));
    return doubles;
  },
};

function halfToDouble(half: number): number {
  const sign = half >>> 15 === 1 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
