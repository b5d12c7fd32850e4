import fc from 'fast-check';
import type { IntColumn } from '../../lambda/engine/columns';
import { PartMemory } from '../../lambda/engine/part-memory';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { notLaterMarks } from '../engine/not-later-marks';
import { craftFile, int64Page } from './craft-file';
import { MemorySource } from './memory-source';

type Pages = readonly (readonly (bigint | null)[])[];

const element = { name: 'c', type: 'INT64', repetition_type: 'OPTIONAL' } as const;

/** One row group per element, one page per element of that; values of a page are all null, or none is. */
async function readTimes(groups: readonly Pages[], { memory, lastGroupFirst = false }: { memory?: PartMemory; lastGroupFirst?: boolean } = {}): Promise<IntColumn> {
  const file = craftFile([element], groups.map((pages) => ({ rows: pages.flat().length, chunks: [{ pages: pages.map(int64Page) }] })), { lastGroupFirst });
  const [column] = await (await openParquet(new MemorySource(file))).readColumns(['c'], memory, { times: 'c' });
  if (column.type !== 'INT') throw new Error(`read as ${column.type}`);
  return column;
}

const time = fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n }));
const group = fc.array(fc.array(time, { minLength: 1, maxLength: 90, size: 'max' }), { minLength: 1, maxLength: 4, size: 'max' });

it('rows that are not later than the row before are marked, wherever pages end', async () => {
  let marked = 0;
  await fc.assert(fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 3, size: 'max' }), async (groups) => {
    const times = groups.flat(2);
    const { values, notLater, runs } = await readTimes(groups);
    expect(Array.from<number | bigint, bigint>(values, BigInt)).toEqual(times);
    if (notLater === undefined) return;
    marked += 1;
    expect([notLater, runs]).toEqual([notLaterMarks(times), undefined]);
  }), { numRuns: 300 });
  expect(marked).toBeGreaterThan(250);
});

it('marks end with the last row, in memory that others have had', async () => {
  const times = Array.from({ length: 1_000_003 }, (_, row) => BigInt(row % 5));
  const former = new PartMemory();
  former.integers(Math.ceil(times.length / 32)).fill(-1);
  former.giveBack();
  const pages = [times.slice(0, 999_983), times.slice(999_983)];
  expect((await readTimes([pages], { memory: new PartMemory() })).notLater).toEqual(notLaterMarks(times));
});

it('nothing is marked where times are null, runs, or no doubles, first or later', async () => {
  const [plain, runs, wide] = [[1n, 2n, 3n, 4n], [5n, 5n, 5n, 5n], [2n ** 60n, 1n, 2n, 3n]];
  expect((await readTimes([[plain, plain]])).notLater).toEqual(Int32Array.of(1 << 4));
  for (const others of [[null, null], wide]) {
    for (const groups of [[[others, plain]], [[plain, others]], [[plain], [others], [plain]]]) expect((await readTimes(groups)).notLater).toBeUndefined();
  }
  expect((await readTimes([[runs, runs]])).notLater).toBeUndefined();
  expect((await readTimes([[runs, plain, plain]])).notLater).toBeUndefined();
  // Data in another order than rows.
  expect(await readTimes([[plain], [[7n, 8n, 9n]]], { lastGroupFirst: true })).toEqual({ type: 'INT', values: Float64Array.of(7, 8, 9, 1, 2, 3, 4), nulls: null });
  // Where times are none of those asked for.
  const file = await openParquet(new MemorySource(craftFile([element], [{ rows: 2, chunks: [{ pages: [int64Page([1n, 2n])] }] }])));
  const [column] = await file.readColumns(['c'], undefined, { times: 'd' });
  expect(column).toEqual({ type: 'INT', values: Float64Array.of(1, 2), nulls: null });
});
