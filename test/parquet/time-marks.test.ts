import fc from 'fast-check';
import type { IntColumn } from '../../lambda/engine/columns';
import { PartMemory } from '../../lambda/engine/part-memory';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { timeMarks } from '../engine/time-marks';
import { craftFile, int64Page } from './craft-file';
import { MemorySource } from './memory-source';

type Pages = readonly (readonly (bigint | null)[])[];

const element = { name: 'c', type: 'INT64', repetition_type: 'OPTIONAL' } as const;

/** One row group per element, one page per element of that; values of a page are all null, or none is. */
async function readTimes(groups: readonly Pages[], { memory, lastGroupFirst = false }: { memory?: PartMemory; lastGroupFirst?: boolean } = {}): Promise<IntColumn> {
  const file = craftFile([element], groups.map((pages) => ({ rows: pages.flat().length, chunks: [{ pages: pages.map(int64Page) }] })), { lastGroupFirst });
  const [column] = await (await openParquet(new MemorySource(file))).readColumns(['c'], memory, { times: { name: 'c', onlyOrderWithin: null } });
  if (column.type !== 'INT') throw new Error(`read as ${column.type}`);
  return column;
}

const time = fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }), { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) });
const group = fc.array(fc.array(time, { minLength: 1, maxLength: 90, size: 'max' }), { minLength: 1, maxLength: 4, size: 'max' });

it('rows that are not later than the row before, or earlier, are marked, wherever pages end', async () => {
  let marked = 0;
  await fc.assert(fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 3, size: 'max' }), async (groups) => {
    const times = groups.flat(2);
    const { values, marks, runs } = await readTimes(groups);
    expect(Array.from<number | bigint, bigint>(values, BigInt)).toEqual(times);
    if (marks === undefined) return;
    marked += 1;
    expect([marks, runs]).toEqual([timeMarks(times), undefined]);
  }), { numRuns: 300 });
  expect(marked).toBeGreaterThan(250);
});

it('marks end with the last row, in memory that others have had', async () => {
  const times = Array.from({ length: 1_000_003 }, (_, row) => BigInt(row % 5));
  const former = new PartMemory();
  for (let i = 0; i < 2; i++) former.integers(Math.ceil(times.length / 32)).fill(-1);
  former.giveBack();
  const pages = [times.slice(0, 999_983), times.slice(999_983)];
  expect((await readTimes([pages], { memory: new PartMemory() })).marks).toEqual(timeMarks(times));
});

it('the first row of all is not marked, whatever its time', async () => {
  expect((await readTimes([[[-(2n ** 63n), -(2n ** 63n), 1n, 2n]]])).marks).toEqual({ notLater: Int32Array.of(2), earlier: Int32Array.of(0) });
});

it('nothing is marked where times are null, or runs, first or later', async () => {
  const [plain, runs, none] = [[1n, 2n, 3n, 4n], [5n, 5n, 5n, 5n], [null, null]];
  expect((await readTimes([[plain, plain]])).marks).toEqual({ notLater: Int32Array.of(1 << 4), earlier: Int32Array.of(1 << 4) });
  for (const groups of [[[none, plain]], [[plain, none]], [[plain], [none], [plain]]]) expect((await readTimes(groups)).marks).toBeUndefined();
  expect((await readTimes([[runs, runs]])).marks).toBeUndefined();
  expect((await readTimes([[runs, plain, plain]])).marks).toBeUndefined();
  // Data in another order than rows.
  expect(await readTimes([[plain], [[7n, 8n, 9n]]], { lastGroupFirst: true })).toEqual({ type: 'INT', values: Float64Array.of(7, 8, 9, 1, 2, 3, 4), nulls: null });
  // Where times are none of those asked for.
  const file = await openParquet(new MemorySource(craftFile([element], [{ rows: 2, chunks: [{ pages: [int64Page([1n, 2n])] }] }])));
  const [column] = await file.readColumns(['c'], undefined, { times: { name: 'd', onlyOrderWithin: null } });
  expect(column).toEqual({ type: 'INT', values: Float64Array.of(1, 2), nulls: null });
});
