import fc from 'fast-check';
import { chooseParts } from '../../lambda/invoker/choose-parts';

const defaults = { sampleRatio: 0.1, sampleMaximum: 10 };

describe('The parts that registration reads', () => {
  test('are the first with SINGLE, and the first and last with FIRST_LAST', () => {
    expect(chooseParts('SINGLE', 50, defaults, Math.random)).toEqual([0]);
    expect(chooseParts('FIRST_LAST', 50, defaults, Math.random)).toEqual([0, 49]);
  });

  test.each(['SINGLE', 'FIRST_LAST', 'SAMPLE'] as const)('are the only one there is with %s', (mode) => {
    expect(chooseParts(mode, 1, defaults, Math.random)).toEqual([0]);
  });

  test('follow the random numbers with SAMPLE', () => {
    expect(chooseParts('SAMPLE', 40, defaults, () => 0)).toEqual([0, 1, 2, 39]);
    expect(chooseParts('SAMPLE', 40, defaults, () => 0.999)).toEqual([0, 1, 38, 39]);
  });

  test('with SAMPLE always hold the first and the last, without repetition, and as many as settings say', () => {
    const random = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 2, max: 50 }), random, (parts, ratio, maximum, numbers) => {
        const chosen = chooseParts('SAMPLE', parts, { sampleRatio: ratio, sampleMaximum: maximum }, () => Number(numbers.next().value));

        expect(chosen[0]).toBe(0);
        expect(chosen.at(-1)).toBe(parts - 1);
        expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
        expect(chosen).toHaveLength(Math.max(2, Math.min(Math.floor(parts * ratio), maximum)));
      }),
    );
  });
});
