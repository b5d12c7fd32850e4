import { Codes } from '../../lambda/engine/codes';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { ExactSums } from '../../lambda/engine/exact-sum';
import { GroupBits } from '../../lambda/engine/group-bits';
import { groupsWithin, type GroupRanges } from '../../lambda/engine/group-selection';
import { kernelsBinary } from '../../lambda/engine/kernels/binary';
import { PartKernels } from '../../lambda/engine/kernels/part-kernels';
import { countCodes } from '../../lambda/engine/match-counts';
import { Part } from '../../lambda/engine/part';
import { plainSteps } from '../../lambda/engine/plain-sequence';
import { RowMasks } from '../../lambda/engine/row-masks';
import { roundedSum } from '../../lambda/engine/rounding';
import { magnitudesOf, splitFor } from '../../lambda/engine/split-sums';
import { countValues } from '../../lambda/engine/value-counts';
import { sumValues } from '../../lambda/engine/value-sums';
import type { Filter } from '../../lambda/query/expanded';

/** Rows by the thousand, of few groups or many: sizes matter, so the rest is drawn from a seed. */
const data = fc
  .record({
    seed: fc.nat(),
    rows: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 400 }) }, { weight: 1, arbitrary: fc.constant(9000) }),
    groups: fc.constantFrom(1, 20, 3000),
    size: fc.constantFrom(1, 4, 254, 255),
    ticks: fc.constantFrom(3, 1_000_000),
    timeframe: fc.constantFrom({ from: null, to: null }, { from: 1, to: 500_000 }),
    classCount: fc.constantFrom(1, 3),
  })
  .map(({ seed, rows, groups, size, ticks, timeframe, classCount }) => {
    let state = seed;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const drawn = Array.from({ length: rows }, () => ({ group: below(groups), tick: below(ticks) })).sort((left, right) => left.group - right.group || left.tick - right.tick);
    const starts = drawn.flatMap(({ group }, row) => (row === 0 || drawn[row - 1].group !== group ? [row] : []));
    const codes = Codes.ofIntegers(Int32Array.from(drawn, () => below(size + 1) - 1));
    const prices = Float64Array.from(drawn, () => (below(3) === 0 ? NaN : (below(100_000) - 20_000) / 100));
    const amounts = Float64Array.from(drawn, () => below(1000) - 500);
    const nulls = Uint8Array.from(drawn, () => below(2));
    const dictionary = Array.from({ length: size }, (_, code) => `value ${code}`);
    const part = new Part(
      { order: 'as-is', groupStarts: Int32Array.of(...starts, rows), times: { values: Float64Array.from(drawn, ({ tick }) => tick) } },
      new Map([
        ['event', { type: 'STRING' as const, codes, dictionary }],
        ['price', { type: 'FLOAT' as const, values: prices }],
        ['amount', { type: 'INT' as const, values: amounts, nulls }],
      ]),
    );
    const ranges: GroupRanges = groupsWithin(timeframe, part);
    const classOf = Uint8Array.from({ length: ranges.count }, () => below(classCount + 1));
    const holds = [0, 1, 2].map(() => Uint8Array.from({ length: size + 1 }, () => below(2)));
    return { part, kernels: new PartKernels(part.groupStarts), codes, size, ranges, classOf, classCount, holds };
  });

test('kernels count and search as the loops in TypeScript do', () => {
  fc.assert(
    fc.property(data, ({ part, kernels, codes, size, ranges, classOf, classCount, holds }) => {
      const matching = classOf.map((ofClass) => Math.min(ofClass, 1));
      const groups = { ranges, classOf, classCount };
      const [tied, untied] = [new Uint8Array(ranges.count).fill(1), new Uint8Array(ranges.count)];
      // Again and again: what is used often is kept in another form.
      for (const table of holds) {
        expect(plainSteps({ codes, holds }, ranges, matching, tied, part.ties().notLater, kernels)).toEqual(plainSteps({ codes, holds }, ranges, matching, tied, part.ties().notLater, null));
        expect(plainSteps({ codes, holds }, ranges, matching, untied, part.ties().notLater, kernels)).toEqual(plainSteps({ codes, holds }, ranges, matching, untied, part.ties().notLater, null));
        expect(countCodes(codes, [table], ranges, kernels)).toEqual(countCodes(codes, [table], ranges, null));
        expect(countValues(codes, size, groups, true, kernels)).toEqual(countValues(codes, size, groups, true, null));
      }
    }),
    { numRuns: 150 },
  );
});

test.each(['price', 'amount'])('kernels sum exactly: %s', (name) => {
  fc.assert(
    fc.property(data, ({ part, kernels, codes, size, ranges, classOf, classCount }) => {
      const column = part.column(name);
      if (column.type !== 'INT' && column.type !== 'FLOAT') throw new TypeError(name);
      const split = splitFor(magnitudesOf(Float64Array.from(column.values, Number)), part.rowCount) ?? { upper: NaN, lower: NaN };
      // What is kept of the one call is used in the next.
      kernels.sumSplit(codes, size + 1, column, split, ranges, new Uint8Array(ranges.count).fill(1), 1);
      const sums = kernels.sumSplit(codes, size + 1, column, split, ranges, classOf, classCount);
      const slots = classCount * (size + 1);
      const exact = new ExactSums(slots);
      const counts = new Int32Array(2 * slots);
      for (let group = 0; group < ranges.count; group++) {
        for (let row = ranges.starts[group]; row < ranges.ends[group] && classOf[group] > 0; row++) {
          const slot = (classOf[group] - 1) * (size + 1) + codes.integers[row] + 1;
          const value = Number(column.values[row]);
          const isNull = column.type === 'INT' ? column.nulls?.[row] === 1 : Number.isNaN(value);
          counts[slot + (isNull ? slots : 0)] += 1;
          if (!isNull) exact.add(slot, value);
        }
      }
      expect(Array.from(counts, (_, slot) => sums?.[4 * slot + 3])).toEqual([...counts]);
      for (let slot = 0; slot < slots; slot++) expect(roundedSum([...(sums ?? []).slice(4 * slot, 4 * slot + 3)])).toBe(roundedSum(exact.termsOf(slot)));
      // Through the engine: the part is of enough rows for kernels, or of too few.
      const summed = sumValues(codes, size, name, part, { ranges, classOf, classCount: 1 });
      const all = new ExactSums(1);
      for (let group = 0; group < ranges.count; group++) {
        for (let row = ranges.starts[group]; row < ranges.ends[group] && classOf[group] === 1; row++) {
          const value = Number(column.values[row]);
          if (codes.integers[row] === 0 && !(column.type === 'INT' ? column.nulls?.[row] === 1 : Number.isNaN(value))) all.add(0, value);
        }
      }
      if (classCount === 1) expect(roundedSum(summed.sums.termsOf(1))).toBe(roundedSum(all.termsOf(0)));
    }),
    { numRuns: 60 },
  );
});

/** Few rows match, so that it matters where a group has them: a block before it, or the next. */
const rareFilter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ column: fc.constant('event'), op: fc.constantFrom('==' as const), value: fc.integer({ min: 0, max: 254 }).map((code) => `value ${code}`) }),
  fc.record({ column: fc.constant('price'), op: fc.constantFrom('>' as const, '>=' as const), value: fc.constantFrom(797, 799) }),
  fc.record({ column: fc.constant('price'), op: fc.constantFrom('<' as const, '<=' as const), value: fc.constantFrom(-199, -197) }),
  fc.record({ column: fc.constant('amount'), op: fc.constantFrom('==' as const), value: fc.integer({ min: -500, max: 499 }) }),
  fc.record({ column: fc.constant('amount'), op: fc.constant('in' as const), value: fc.constantFrom([-500], [0], [3, 499]) }),
);

test('groups have the bits of their rows, whichever blocks those are in', () => {
  fc.assert(
    fc.property(data, fc.array(fc.array(rareFilter, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 40, size: 'max' }), ({ part, ranges }, lists) => {
      const masks = new RowMasks(part);
      const bits = new GroupBits(lists, masks, (batch) => batch.unite(ranges));
      for (const filters of lists) {
        const rows = masks.all(filters);
        const expected = Uint8Array.from({ length: ranges.count }, (_, group) => Number(rows.subarray(ranges.starts[group], ranges.ends[group]).includes(1)));
        expect(bits.of([filters], 'or')).toEqual([expected]);
      }
    }),
    { numRuns: 150 },
  );
});

test('what is too much for the tables of kernels is left to the loops in TypeScript', () => {
  const kernels = new PartKernels(Int32Array.of(0, 1));
  const ranges: GroupRanges = { count: 1, rows: 1, starts: Int32Array.of(0), ends: Int32Array.of(1), numbers: null };
  expect(kernels.countValues(Codes.ofIntegers(Int32Array.of(0)), 256, ranges, Uint8Array.of(1), 255)).toBeNull();
  expect(kernels.sumSplit(Codes.ofIntegers(Int32Array.of(0)), 256, { type: 'FLOAT', values: Float64Array.of(1) }, { upper: 1.5, lower: 1.5 }, ranges, Uint8Array.of(1), 20)).toBeNull();
});

test('the kernels are those that their sources compile to', () => {
  const script = "import('./scripts/build-kernels.mjs').then(async ({ compileKernels }) => process.stdout.write((await compileKernels('lambda/engine')).toString('base64')))";
  expect(execFileSync(process.execPath, ['-e', script], { cwd: path.resolve(__dirname, '../..'), encoding: 'utf8' })).toBe(kernelsBinary);
}, 60_000);

test('magnitudes are found among values of any kind and number', () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(NaN, 0, -0, Infinity, -Infinity, Number.MIN_VALUE, -Number.MAX_VALUE));
  const values = fc.tuple(fc.array(value, { maxLength: 12 }), fc.constantFrom(0, 1, 4090, 4096, 9000)).map(([some, zeros]) => [...new Array<number>(zeros).fill(0), ...some]);
  fc.assert(
    fc.property(values, (all) => {
      const magnitudes = all.filter((each) => !Number.isNaN(each) && each !== 0).map(Math.abs);
      const expected = magnitudes.length === 0 ? { least: 0, greatest: 0 } : { least: Math.min(...magnitudes), greatest: Math.max(...magnitudes) };
      expect(magnitudesOf(Float64Array.from(all))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
