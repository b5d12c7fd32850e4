import fc from 'fast-check';
import { Codes } from '../../lambda/engine/codes';
import type { Column, IntColumn, StringColumn } from '../../lambda/engine/columns';
import { orderColumn, type RowOrder } from '../../lambda/engine/moved-rows';
import { Part, addTimes, layOutGroups, layOutRows, type RowLayout, type Times } from '../../lambda/engine/part';
import { timeMarks } from './time-marks';

/** Group IDs as files may have them: shuffled, or in runs that may come twice; near each other, or spread over 64 bits. */
const idKinds = {
  'numbers without gaps': (number: number) => BigInt(number),
  'negative numbers': (number: number) => BigInt(number - 500),
  'numbers about 2^31': (number: number) => 2n ** 31n + BigInt(number - 500),
  'numbers far apart': (number: number) => BigInt(number) * 1_000_003n,
  'lower halves alike': (number: number) => BigInt(number) << 32n,
  'numbers beyond 2^53': (number: number) => BigInt.asIntN(64, BigInt(number) * 0x9e3779b97f4a7c15n),
};
const WITHIN_DOUBLES = 2n ** 53n;

/** Deterministic, and quick enough for rows by the hundred thousand: the generator of Numerical Recipes. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Rows {
  readonly numbers: number[];
  readonly times: Times;
}

const rows: fc.Arbitrary<Rows> = fc
  .record({
    seed: fc.nat(),
    // Beyond 16,384 rows there are several partitions.
    rowCount: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) }, { weight: 1, arbitrary: fc.constantFrom(16_385, 40_000) }),
    rowsPerGroup: fc.constantFrom(1, 3, 40, 100_000),
    rowsPerRun: fc.constantFrom(1, 1, 4),
    isSkewed: fc.boolean(),
    isSorted: fc.boolean(),
    times: fc.constantFrom('few' as const, 'many' as const, 'ascending' as const, 'ascending in runs' as const, 'beyond 2^53' as const),
  })
  .map(({ seed, rowCount, rowsPerGroup, rowsPerRun, isSkewed, isSorted, times }) => {
    const random = randomOf(seed);
    const groups = Math.ceil(rowCount / rowsPerGroup);
    const numbers: number[] = [];
    while (numbers.length < rowCount) {
      const number = isSkewed && random(2) === 0 ? 0 : random(groups);
      for (let run = random(rowsPerRun); run >= 0 && numbers.length < rowCount; run--) numbers.push(number);
    }
    if (isSorted) numbers.sort((left, right) => left - right);
    let time = 0;
    const timeOf = (row: number): number => {
      if (times === 'ascending') return row >> 1;
      if (times === 'ascending in runs') return (time = row > 0 && numbers[row] === numbers[row - 1] ? time + random(3) : random(50));
      return 1.7e12 + random(times === 'few' ? 50 : 1e9);
    };
    const doubles = Float64Array.from(numbers, (_, row) => timeOf(row));
    return { numbers, times: times === 'beyond 2^53' ? BigInt64Array.from(doubles, (time) => BigInt(time) + 2n ** 60n) : doubles };
  });

function integersOf(numbers: readonly number[], idOf: (number: number) => bigint): IntColumn {
  const ids = numbers.map(idOf);
  const fits = ids.every((id) => id <= WITHIN_DOUBLES && id >= -WITHIN_DOUBLES);
  return { type: 'INT', values: fits ? Float64Array.from(ids, Number) : BigInt64Array.from(ids), nulls: null };
}

/** Some strings of the dictionary are on no row. */
function stringsOf(numbers: readonly number[]): StringColumn {
  const dictionary = Array.from({ length: 2 * Math.max(0, ...new Set(numbers)) + 3 }, (_, code) => `user ${code}`);
  return { type: 'STRING', codes: Codes.ofIntegers(Int32Array.from(numbers, (number) => 2 * number + 1)), dictionary };
}

/** Rows of the file in the order of the part. */
function rowsIn(order: RowOrder, rowCount: number): number[] {
  const moved = orderColumn({ type: 'FLOAT', values: Float64Array.from({ length: rowCount }, (_, row) => row) }, order);
  return moved.type === 'FLOAT' ? [...moved.values] : [];
}

function expectInOrder(column: IntColumn | StringColumn, { numbers, times }: Rows): void {
  const layout = layOutRows(new Map<string, IntColumn | StringColumn>([['user', column], ['time', timesColumn(times)]]), 'user', 'time');
  const order = rowsIn(layout.order, numbers.length);
  const expected = new Map<number, number[]>();
  numbers.forEach((number, row) => {
    const known = expected.get(number);
    if (known === undefined) expected.set(number, [row]);
    else known.push(row);
  });
  for (const ofGroup of expected.values()) ofGroup.sort((left, right) => (times[left] < times[right] ? -1 : times[left] > times[right] ? 1 : left - right));
  const starts = [...layout.groupStarts];
  // Groups may come in any order, but each once, and whole.
  const found = starts.slice(0, -1).map((start, group) => order.slice(start, starts[group + 1]));
  expect(new Map(found.map((ofGroup) => [numbers[ofGroup[0]], ofGroup]))).toEqual(expected);
  expect(found.length).toBe(expected.size);
  expect([starts[0], starts.at(-1)]).toEqual([0, numbers.length]);
  expect([...layout.times.values]).toEqual(order.map((row) => times[row]));
  expectSameLater(column, times, layout);
  if (times instanceof Float64Array) expectSameOfMarked(column, times, layout);
}

/** Times of which the reader has marked those that are not later than the one before. */
function expectSameOfMarked(column: IntColumn | StringColumn, times: Float64Array, layout: RowLayout): void {
  const marked: IntColumn = { ...timesColumn(times), marks: timeMarks(times) };
  const laidOut = layOutRows(new Map<string, Column>([['user', column], ['time', marked]]), 'user', 'time');
  expect({ ...laidOut, times: laidOut.times.values }).toEqual({ ...layout, times: layout.times.values });
  expect(addTimes(layOutGroups(new Map([['user', column]]), 'user'), marked, 'time').layout.times.values).toEqual(layout.times.values);
}

/** Times that come after the groups: the same rows, and columns that move along. */
function expectSameLater(column: IntColumn | StringColumn, times: Times, layout: ReturnType<typeof layOutRows>): void {
  const groups = layOutGroups(new Map([['user', column]]), 'user');
  const file: IntColumn = { type: 'INT', values: Float64Array.from({ length: times.length }, (_, row) => row), nulls: null };
  const later = addTimes(groups, timesColumn(times), 'time');
  const [found, wanted] = [later.layout, layout].map(({ order, groupStarts, times: ordered }) => ({ order, groupStarts, times: ordered.values }));
  expect(found).toEqual(wanted);
  const tied = Array.from(layout.groupStarts.subarray(1), (end, group) => {
    const ofGroup = [...layout.times.values.subarray(layout.groupStarts[group], end)];
    return Number(new Set<number | bigint>(ofGroup).size < ofGroup.length);
  });
  for (const each of [layout, later.layout]) expect([...new Part(each, new Map()).ties().tiedGroups]).toEqual(tied);
  expect(orderColumn(orderColumn(file, groups.order), later.moved)).toEqual(orderColumn(file, layout.order));
}

function timesColumn(values: Times): IntColumn {
  return { type: 'INT', values, nulls: null };
}

test.each(Object.entries(idKinds))('rows of any order are grouped and in time order: %s', (_, idOf) => {
  fc.assert(
    fc.property(rows, (each) => expectInOrder(integersOf(each.numbers, idOf), each)),
    { numRuns: 25 },
  );
});

test('rows of any order are grouped and in time order: strings', () => {
  fc.assert(
    fc.property(rows, (each) => expectInOrder(stringsOf(each.numbers), each)),
    { numRuns: 25 },
  );
});

test('runs of 64-bit values that do not ascend are groups where each value has one run, and stay where they are', () => {
  const numbers = [3, 3, 1, 2, 2, 2, 0];
  const column = integersOf(numbers, (number) => BigInt.asIntN(64, BigInt(number + 1) * 0x9e3779b97f4a7c15n));
  const once = layOutRows(new Map([['user', column], ['time', timesColumn(new Float64Array(7))]]), 'user', 'time');
  expect(once).toMatchObject({ order: 'as-is', groupStarts: Int32Array.of(0, 2, 3, 6, 7) });
});

test.each([60, 40_000])('columns of each type move with their rows: %d rows', (rowCount) => {
  const random = randomOf(rowCount);
  const users = integersOf(Array.from({ length: rowCount }, () => random(rowCount / 3)), idKinds['numbers far apart']);
  const { order } = layOutGroups(new Map([['user', users]]), 'user');
  const rowsOf = rowsIn(order, rowCount);
  const values = Array.from({ length: rowCount }, () => random(1000));
  const nulls = Uint8Array.from(values, () => random(2));
  const dictionary = values.map(String);
  const columnsOf = (row: (place: number) => number): Column[] => {
    const valueOf = (_: unknown, place: number) => values[row(place)];
    const wideOf = (_: unknown, place: number) => 2n ** 62n + BigInt(values[row(place)]);
    return [
      { type: 'INT', values: Float64Array.from(values, valueOf), nulls: nulls.map((_, place) => nulls[row(place)]) },
      { type: 'INT', values: BigInt64Array.from(values, wideOf), nulls: null },
      { type: 'INT', values: BigUint64Array.from(values, wideOf), nulls: null },
      { type: 'FLOAT', values: Float64Array.from(values, (_, place) => values[row(place)] / 7) },
      { type: 'BOOL', values: Uint8Array.from(values, (_, place) => values[row(place)] % 3) },
      { type: 'STRING', codes: Codes.ofIntegers(Int32Array.from(values, (_, place) => values[row(place)] - 1)), dictionary },
    ];
  };
  expect([...rowsOf].sort((left, right) => left - right)).toEqual(values.map((_, row) => row));
  expect(columnsOf((row) => row).map((column) => orderColumn(column, order))).toEqual(columnsOf((place) => rowsOf[place]));
});
