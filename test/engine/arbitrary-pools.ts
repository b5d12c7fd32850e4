import fc from 'fast-check';
import type { ColumnType, Numeric } from '../../lambda/query/expanded';
import { asNumeric } from './reference-aggregation';
import type { Cell } from './reference-dataset';

/**
 * The few nasty values from which both the rows and the queries of one scenario draw, so that filters meet values and
 * keys tie. Rows and queries hold indexes into these pools, which is what lets a counterexample shrink.
 */
export interface Pools {
  /** Distinct; each part has a stretch of its own. */
  readonly groupIds: readonly (bigint | string)[];
  readonly times: Times;
  readonly ints: readonly bigint[];
  readonly floats: readonly number[];
}

/** Moments and durations in steps of one unit. */
export interface Times {
  readonly type: Extract<ColumnType, 'INT' | 'FLOAT'>;
  readonly moment: (index: number) => bigint | number;
  readonly duration: (units: number) => Numeric;
}

export const partCount = 3;
export const groupsPerPart = 6;

const groupIdCount = partCount * groupsPerPart;
const integersFrom = (start: bigint): bigint[] => Array.from({ length: groupIdCount }, (_, index) => start + BigInt(index));

const textGroupIds = ['', '__proto__', 'constructor', 'é', 'e\u0301', '😀', '\uffff', '0', '-0', '1', '01', 'null', ' ', 'A', 'a', 'a\u0000', 'ß', 'true'];

const groupIds: fc.Arbitrary<readonly (bigint | string)[]> = fc.constantFrom<readonly (bigint | string)[]>(
  integersFrom(-2n),
  textGroupIds,
  integersFrom(2n ** 53n - 3n),
  integersFrom(-(2n ** 53n) - 15n),
  integersFrom(2n ** 63n - 3n),
  integersFrom(2n ** 64n - 18n),
  integersFrom(-(2n ** 63n)),
);

function integerTimes(start: bigint, unit: bigint): Times {
  const duration = (units: number): Numeric => asNumeric(unit * BigInt(units));
  return { type: 'INT', moment: (index) => start + unit * BigInt(index), duration };
}

/** Small; nanoseconds; unsigned; the whole range of 64 bits; fractions, exact in binary (with both zeros) and not. */
const times: fc.Arbitrary<Times> = fc.constantFrom<Times>(
  integerTimes(0n, 1n),
  integerTimes(1_700_000_000_000_000_000n, 1n),
  integerTimes(2n ** 64n - 14n, 1n),
  integerTimes(-(2n ** 63n), 2n ** 60n),
  { type: 'FLOAT', moment: (index) => (index === 12 ? -0 : index / 4 - 1), duration: (units) => units / 4 },
  { type: 'FLOAT', moment: (index) => index * 0.1, duration: (units) => units / 10 },
);

const ints: fc.Arbitrary<readonly bigint[]> = fc.oneof(
  fc.constantFrom(
    [0n, 1n, 2n, 3n, -1n, 10n],
    [0n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 53n - 1n, 1n],
    [2n ** 63n - 1n, -(2n ** 63n), 1n, -1n, 0n, 2n ** 62n],
    [0n, 2n ** 64n - 1n, 2n ** 63n, 1n, 2n ** 53n + 1n, 2n ** 32n],
  ),
  fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { minLength: 1, maxLength: 8 }),
);

const floats: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.constantFrom(
    [0, 1, 1.5, -0, -2, 3],
    [0.1, 0.2, 0.3, 0.7, -0.1, 1.1],
    [1, 1e16, -1e16, 1e-16, 2 ** 53, 0.1],
    [1e308, -1e308, Number.MAX_VALUE, 2 ** 970, 1, -Number.MAX_VALUE],
    [5e-324, -5e-324, 2 ** -1022, 1e-300, -0, 1],
    [2 ** 53, 1, 5e-324, -(2 ** 53), 2 ** -53, 3],
  ),
  fc.constant([Infinity, 1, -Infinity, 0.1]),
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 8 }),
);

export const pools: fc.Arbitrary<Pools> = fc.record({ groupIds, times, ints, floats });

/** Events 0 to 3 are letters; the last is null. */
export const events: readonly (string | null)[] = ['a', 'b', 'c', 'd', null];

export const texts: readonly (string | null)[] = ['ab', 'Ab', 'ba', '', '__proto__', 'a.b', 'straße', '😀é', 'a\nb', null];

/** Parts of `texts`, for the operators that look inside. */
export const textParts: readonly string[] = ['a', 'b', '', '.', 'ab', 'ß', '😀', 'to__', 'B', '\n'];

export const regexes: readonly string[] = ['^a', 'b$', 'a.b', '(?i)AB', '^$', '\\.', 'é|ß', '[^ab]', '^[a-z]{2}$', '(?s)a.b', '\\p{L}{3}', ''];

/** The index-th of a list, starting again after its end. */
export function pick<T extends Cell>(list: readonly T[], index: number): T {
  return list[index % list.length];
}
