import type { FixedWidth } from './fixed-width';
import type { Address, Kernels } from './kernels/kernels';

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

const WIDEN = {
  INT32: 'widenInt32', UINT32: 'widenUint32', DAYS: 'daysToMillis', MICROS: 'microsToMillis', NANOS: 'nanosToMillis', INT96: 'int96ToMillis',
} as const;

/** Values as stored, to integers of 64 bits (unsigned ones for UINT64): those themselves where that is how they are stored. */
export function toWide(kernels: Kernels, source: IntegerSource, stored: Address, count: number): Address {
  if (source === 'INT64' || source === 'UINT64') return stored;
  const wide = kernels.allocate(count * 8);
  kernels.run[WIDEN[source]](stored, count, wide);
  return wide;
}

/** Integers of 64 bits to doubles in their place; false where that cannot be, and they stay what they are. */
export function becameDoubles(kernels: Kernels, source: IntegerSource, wide: Address, count: number): boolean {
  return source !== 'UINT64' && kernels.run.smallToDoubles(wide, count) === 1;
}

/** Integers of 64 bits as such of 32; null where they do not fit. */
export function toSmall(kernels: Kernels, source: IntegerSource, wide: Address, count: number): Address | null {
  if (source === 'UINT64') return null;
  const small = kernels.allocate(count * 4);
  return kernels.run.narrowIntegers(wide, count, small) === 1 ? small : null;
}

/** Integers of 64 bits to doubles; `exact` is false where at least one lies outside ±(2^53 − 1). */
export function toDoubles(kernels: Kernels, source: IntegerSource, wide: Address, count: number): { readonly doubles: Address; readonly exact: boolean } {
  const doubles = kernels.allocate(count * 8);
  const convert = source === 'UINT64' ? kernels.run.uint64ToDoubles : kernels.run.int64ToDoubles;
  return { doubles, exact: convert(wide, count, doubles) === 1 };
}
