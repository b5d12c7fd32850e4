import fc from 'fast-check';
import { Codes } from '../../lambda/engine/codes';
import type { GroupRanges } from '../../lambda/engine/group-selection';
import { PartKernels } from '../../lambda/engine/kernels/part-kernels';
import { MAX_PLAIN_STEPS, plainSteps } from '../../lambda/engine/plain-sequence';
import { timeMarks } from './time-marks';

/** Of groups: the kernel takes 64 rows at a time, and 2,048 in a block. */
const length = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 3, arbitrary: fc.integer({ min: 6, max: 70 }) },
  { weight: 1, arbitrary: fc.constantFrom(63, 64, 65, 1984, 2047, 2048, 2049, 4096, 5000) },
);

/** Rows are many, so what they hold is drawn from a seed. */
const search = fc
  .record({
    seed: fc.nat(),
    lengths: fc.oneof(fc.array(length, { maxLength: 150, size: 'max' }), fc.constant([2047, 1, 2048, 1, 2047, 64, 1]), fc.constant(new Array<number>(5000).fill(1))),
    size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(15, 16, 254, 255)),
    steps: fc.oneof(fc.integer({ min: 1, max: MAX_PLAIN_STEPS }), fc.constantFrom(1, 2, 3, 8, 9)),
    // Of the codes, in each step: few, so that most groups come to nothing, or so many that most rows go a step further.
    share: fc.constantFrom(0.02, 0.2, 0.5, 0.95),
    ties: fc.boolean(),
    isCut: fc.boolean(),
    leftOut: fc.constantFrom(0, 0.3),
  })
  .map(({ seed, lengths, size, steps, share, ties, isCut, leftOut }) => {
    let state = seed;
    const draw = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const groupStarts = Int32Array.from([0, ...lengths]);
    for (let group = 0; group < lengths.length; group++) groupStarts[group + 1] += groupStarts[group];
    const rows = groupStarts[lengths.length];
    const codes = Int32Array.from({ length: rows }, () => Math.floor(draw() * (size + 1)) - 1);
    const holds = Array.from({ length: steps }, () => Uint8Array.from({ length: size + 1 }, () => Number(draw() < share)));
    const times = new Float64Array(rows);
    for (let row = 1; row < rows; row++) times[row] = times[row - 1] + (ties && draw() < 0.3 ? 0 : 1);
    const all: GroupRanges = { count: lengths.length, rows, starts: groupStarts.subarray(0, lengths.length), ends: groupStarts.subarray(1), numbers: null };
    const ranges = isCut ? cut(all, draw) : all;
    const tied = Uint8Array.from(ranges.starts, (start, group) => Number(times.subarray(start + 1, ranges.ends[group]).some((time, row) => time === times[start + row])));
    const matching = Uint8Array.from(tied, () => Number(draw() >= leftOut));
    return { groupStarts, codes, holds, notLater: timeMarks(times).notLater, ranges, tied, matching };
  });

/** Some of the groups, and some of their rows, as of a timeframe. */
function cut({ starts, ends }: GroupRanges, draw: () => number): GroupRanges {
  const kept = Array.from(starts, (start, number) => {
    const from = start + Math.floor(draw() * 1.5 * (ends[number] - start));
    return { number, start: from, end: ends[number] - Math.floor(draw() * 0.7 * (ends[number] - from)) };
  }).filter(({ start, end }) => start < end);
  const integers = (of: (range: (typeof kept)[number]) => number): Int32Array => Int32Array.from(kept, of);
  return { count: kept.length, rows: kept.reduce((sum, { start, end }) => sum + end - start, 0), starts: integers(({ start }) => start), ends: integers(({ end }) => end), numbers: integers(({ number }) => number) };
}

test('the kernel finds as many steps as rows are looked at one by one, of any groups and up to 30 steps', () => {
  fc.assert(
    fc.property(search, ({ groupStarts, codes, holds, notLater, ranges, tied, matching }) => {
      const kernels = new PartKernels(groupStarts);
      const symbols = { codes: Codes.ofIntegers(codes), holds };
      const untied = new Uint8Array(tied.length);
      const expected = Array.from(matching, (isMatching, group) => (isMatching === 1 ? stepsOf(codes.subarray(ranges.starts[group], ranges.ends[group]), holds) : 0));
      // Of the last time nothing is left.
      for (const searched of [symbols, { ...symbols, holds: holds.slice(0, 1) }, symbols]) {
        expect(plainSteps(searched, ranges, matching, tied, notLater, kernels)).toEqual(plainSteps(searched, ranges, matching, tied, notLater, null));
      }
      expect([...plainSteps(symbols, ranges, matching, untied, notLater, kernels)]).toEqual(expected);
      expect([...plainSteps(symbols, ranges, matching, untied, notLater, null)]).toEqual(expected);
      // Its memory, with all that is in it, goes to the next.
      kernels.end();
    }),
    { numRuns: 300 },
  );
});

/** Each row goes one step further at most. */
function stepsOf(codes: Int32Array, holds: readonly Uint8Array[]): number {
  let steps = 0;
  for (const code of codes) if (steps < holds.length && holds[steps][code + 1] === 1) steps += 1;
  return steps;
}

test('what a group came to is forgotten in a block that comes to nothing, before groups go on from it into the next', () => {
  const groupStarts = Int32Array.of(0, 2048, 2 * 2048 - 10, 3 * 2048);
  const codes = Uint8Array.from({ length: 3 * 2048 }, (_, row) => (row < 2048 ? (row % 3) + 1 : 0));
  codes.set([1, 2], 3 * 2048 - 2);
  const holds = [1, 2, 3].map((step) => Uint8Array.from([0, 1, 2, 3], (code) => Number(code === step)));
  const ranges: GroupRanges = { count: 3, rows: codes.length, starts: groupStarts.subarray(0, 3), ends: groupStarts.subarray(1), numbers: null };
  const steps = plainSteps({ codes: Codes.ofBytes(codes), holds }, ranges, new Uint8Array(3).fill(1), new Uint8Array(3), new Int32Array(codes.length / 32), new PartKernels(groupStarts));
  expect([...steps]).toEqual([3, 0, 2]);
});
