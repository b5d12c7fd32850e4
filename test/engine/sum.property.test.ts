import fc from 'fast-check';
import { buildPart } from '../../lambda/engine/part';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { mergePartials } from '../../lambda/engine/merge';
import type { ColumnType } from '../../lambda/query/expanded';
import { answerText } from './answer-text';
import { columnsOf } from './columns-of';
import { roundedQuotient, roundedSum } from './rational-sum';
import { asNumeric } from './reference-aggregation';
import { ofOther, queryOf } from './table';
import type { Row } from './reference-dataset';

/** The engine's sum or mean of a column that lies in several parts. */
function engineValue(summary: 'sumPerValue' | 'meanPerValue', type: ColumnType, parts: readonly (readonly (bigint | number)[])[]): unknown {
  const query = queryOf({ aggregations: [ofOther(summary, 'event', 'n')] });
  const columns = new Map<string, ColumnType>([['user', 'INT'], ['time', 'INT'], ['event', 'STRING'], ['n', type]]);
  const partials = parts.map((numbers, index) => {
    const rows = numbers.map((n): Row => ({ user: BigInt(index), time: 0n, event: 'a', n }));
    return evaluatePart(query, buildPart(columnsOf(rows, { columns }), 'user', 'time'));
  });
  const value = mergePartials(query, partials).query.aggregations?.[0].value;
  return value instanceof Map ? value.get('a') : value;
}

/** Doubles of every exponent alike, and some that cancel or meet at half-way points. */
const nastyDouble = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.tuple(fc.integer({ min: -1074, max: 1023 }), fc.constantFrom(1, -1, 1.5, -1.5)).map(([exponent, factor]) => 2 ** exponent * factor),
  fc.constantFrom(2 ** 53, -(2 ** 53), 1, -1, 2 ** -53, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 970, -(2 ** 970), 5e-324, -5e-324, 0.1),
);

// Each number comes several times in a row, as in real columns, or with its opposite further on.
const doubles = fc
  .array(fc.tuple(nastyDouble, fc.integer({ min: 1, max: 6 }), fc.boolean()), { minLength: 1, maxLength: 60, size: 'max' })
  .map((runs) => [
    ...runs.flatMap(([value, times]) => Array<number>(times).fill(value)),
    ...runs.flatMap(([value, times, cancels]) => (cancels ? Array<number>(times).fill(-value) : [])),
  ]);

const parts = <T>(values: fc.Arbitrary<T[]>): fc.Arbitrary<T[][]> => fc.array(values, { minLength: 1, maxLength: 3 });

test('sums of many doubles are those of exact arithmetic, rounded once', () => {
  fc.assert(
    fc.property(parts(doubles), (values) => {
      expect(answerText(engineValue('sumPerValue', 'FLOAT', values))).toBe(answerText(roundedSum(values.flat())));
    }),
    { numRuns: 400 },
  );
});

/** Values near enough to each other to be split, which is what most columns hold, with the two zeros. */
const prices = fc.array(
  fc.oneof(fc.double({ min: 0.01, max: 1e6, noNaN: true }), fc.double({ min: -1e6, max: -0.01, noNaN: true }), fc.constantFrom(0, -0, 0.1, 19.99, 2 ** 20)),
  { minLength: 1, maxLength: 2000, size: 'max' },
);

test('sums of doubles that need no watching are as exact', () => {
  fc.assert(
    fc.property(parts(prices), (values) => {
      expect(answerText(engineValue('sumPerValue', 'FLOAT', values))).toBe(answerText(roundedSum(values.flat())));
    }),
    { numRuns: 200 },
  );
});

const scaled = fc.tuple(fc.integer({ min: -1074, max: 1023 }), fc.integer({ min: 0, max: 45 }), fc.array(fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 50 }));

test('at any scale, at the edges of what can be split and beyond', () => {
  fc.assert(
    fc.property(scaled, ([exponent, width, fractions]) => {
      const values = fractions.map((fraction, index) => (index % 2 === 0 ? fraction * 2 ** exponent : fraction * 2 ** Math.min(1023, exponent + width)));
      expect(answerText(engineValue('sumPerValue', 'FLOAT', [values]))).toBe(answerText(roundedSum(values)));
    }),
    { numRuns: 1000 },
  );
});

const integersWithin = (least: bigint, greatest: bigint): fc.Arbitrary<bigint[]> =>
  fc.array(fc.bigInt(least, greatest), { minLength: 1, maxLength: 200, size: 'max' });

const integers = fc.oneof(
  integersWithin(-(2n ** 63n), 2n ** 63n - 1n),
  integersWithin(0n, 2n ** 64n - 1n),
  integersWithin(-(2n ** 53n) + 1n, 2n ** 53n - 1n),
);

test('sums of many 64-bit integers are exact, signed and unsigned', () => {
  fc.assert(
    fc.property(parts(integers), (values) => {
      const sum = values.flat().reduce((total, value) => total + value, 0n);
      expect(answerText(engineValue('sumPerValue', 'INT', values))).toBe(answerText(asNumeric(sum)));
    }),
    { numRuns: 300 },
  );
});

test('means of many 64-bit integers are those of exact arithmetic, rounded once', () => {
  fc.assert(
    fc.property(parts(integers), (values) => {
      const numbers = values.flat();
      const sum = numbers.reduce((total, value) => total + value, 0n);
      expect(answerText(engineValue('meanPerValue', 'INT', values))).toBe(answerText(roundedQuotient(sum, BigInt(numbers.length))));
    }),
    { numRuns: 300 },
  );
});
