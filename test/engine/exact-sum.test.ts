import fc from 'fast-check';
import { ExactSums } from '../../lambda/engine/exact-sum';
import { integerSum, roundedSum } from '../../lambda/engine/rounding';
import { topValues } from '../../lambda/engine/top-values';
import { roundedSum as correctlyRoundedSum } from './rational-sum';

function sumOf(values: readonly number[]): number {
  const sums = new ExactSums(1);
  for (const value of values) sums.add(0, value);
  return roundedSum(sums.termsOf(0));
}

const doubles = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), fc.integer().map((cents) => cents / 100), fc.constantFrom(1e16, -1e16, 1, -1, 5e-324, 2 ** 53, 2 ** -60));

describe('exact sums', () => {
  it.each([
    [[1e16, 1, -1e16], 1],
    [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], 5.5],
    [Array.from({ length: 10 }, () => 0.1), 1],
    [[1e300, 1, 1e-300, -1e300, -1, 1e-300], 2e-300],
    [[1e308, 1e308, -1e308], 1e308],
    [[Number.MAX_VALUE, Number.MAX_VALUE, 5e-324, -Number.MAX_VALUE, -Number.MAX_VALUE], 5e-324],
    [[Number.MAX_VALUE, Number.MAX_VALUE, -1.5, -Number.MAX_VALUE], Number.MAX_VALUE],
    [[Number.MAX_VALUE, Number.MAX_VALUE], Infinity],
    [[Infinity, 1], Infinity],
    [[Infinity, -Infinity], NaN],
    [[], 0],
  ])('sums %j to %d', (values, expected) => {
    expect(sumOf(values)).toBe(expected);
  });

  it('gives the double nearest to the rational sum, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(doubles, { maxLength: 40 }).chain((values) => fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length }))), ([values, shuffled]) => {
        const expected = correctlyRoundedSum(values);
        expect(sumOf(values)).toBe(expected);
        expect(sumOf(shuffled)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('stays exact when sums are selected, sent and added to others', () => {
    fc.assert(
      fc.property(fc.array(fc.array(doubles, { maxLength: 10 }), { minLength: 1, maxLength: 5 }), (parts) => {
        const total = new ExactSums(1);
        for (const values of parts) {
          const part = new ExactSums(2);
          for (const value of values) part.add(1, value);
          total.addSelected(0, structuredClone(part.select(Int32Array.of(1))), 0);
        }
        expect(roundedSum(total.termsOf(0))).toBe(correctlyRoundedSum(parts.flat()));
      }),
      { numRuns: 1000 },
    );
  });

  it('gives integers beyond 2^53 exactly, and others as numbers', () => {
    expect(integerSum([2 ** 53, 1])).toBe(9007199254740993n);
    expect(integerSum([2 ** 53, -1])).toBe(9007199254740991);
  });
});

describe('top values', () => {
  it('keeps the greatest, ties by key, as sorting everything would', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string(), fc.integer({ min: 0, max: 5 })), { selector: ([key]) => key }), fc.integer({ min: 1, max: 10 }), (entries, top) => {
        const sorted = [...entries].sort(([key, value], [otherKey, otherValue]) => otherValue - value || (key < otherKey ? -1 : 1));
        expect([...topValues(entries, top)]).toEqual(sorted.slice(0, top));
      }),
    );
  });

  it('ranks bigints among numbers, and NaN last', () => {
    const entries: [string, number | bigint][] = [['a', NaN], ['b', 2 ** 53], ['c', 2n ** 53n + 1n], ['d', -Infinity]];
    expect([...topValues(entries, 4).keys()]).toEqual(['c', 'b', 'd', 'a']);
  });
});
