import { parquetWriteBuffer } from 'hyparquet-writer';
import fc from 'fast-check';
import type { IntColumn } from '../../lambda/engine/columns';
import { PartMemory } from '../../lambda/engine/part-memory';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { timeMarks } from '../engine/time-marks';
import { bytes, craftFile, dataPage, int32s, int64Page, varint } from './craft-file';
import { MemorySource } from './memory-source';

const element = (name: string) => ({ name, type: name === 'user' ? 'INT32' : 'INT64', repetition_type: 'OPTIONAL' }) as const;

/** Gives bytes in the room that it is offered, as files and S3 do. */
class RoomSource extends MemorySource {
  override async read(start: number, end: number, room = new Uint8Array(end - start)): Promise<Uint8Array> {
    const bytes = room.subarray(0, end - start);
    bytes.set(await super.read(start, end));
    return bytes;
  }
}

/** Times of a file, of whose rows only the order is asked for. */
async function readOrder(file: Uint8Array, memory = new PartMemory(), others: readonly string[] = []): Promise<IntColumn> {
  const [column] = await (await openParquet(new RoomSource(file))).readColumns(['time', 'user', ...others], memory, { keys: new Set(['user']), times: { name: 'time', onlyOrderWithin: 'user' } });
  if (column.type !== 'INT') throw new Error(`read as ${column.type}`);
  return column;
}

const bits = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const file = fc
  .record({
    users: fc.array(fc.record({ rows: fc.integer({ min: 1, max: 9 }), times: fc.array(bits, { minLength: 9, maxLength: 9 }) }), { minLength: 1, maxLength: 60, size: 'max' }),
    isInOrder: fc.boolean(),
    isSorted: fc.boolean(),
    hasNull: fc.integer({ min: 0, max: 9 }),
    timeFirst: fc.boolean(),
    lastGroupFirst: fc.boolean(),
    pageRows: fc.integer({ min: 15, max: 70 }),
    groupRows: fc.integer({ min: 20, max: 300 }),
  })
  .map(({ users, isInOrder, isSorted, hasNull, timeFirst, lastGroupFirst, pageRows, groupRows }) => {
    let rows: { user: number; time: bigint | null }[] = users.flatMap(({ rows: count, times }, user) => {
      const some = times.slice(0, count);
      if (isInOrder) some.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
      return some.map((time) => ({ user, time }));
    });
    if (!isSorted) rows = rows.map((row, index) => ({ row, at: (index * 7919) % 997 })).sort((left, right) => left.at - right.at).map(({ row }) => row);
    // Pages of null have nothing else.
    if (hasNull === 0) rows.slice(-(rows.length % groupRows % pageRows) || -pageRows).forEach((row) => { row.time = null; });
    const groups = pieces(rows, groupRows).map((group) => {
      const [user, time] = [(of: typeof rows) => int32Page(of.map((row) => row.user)), (of: typeof rows) => int64Page(of.some((row) => row.time === null) ? of.map(() => null) : of.map((row) => row.time))];
      const pages = pieces(group, pageRows);
      return { rows: group.length, chunks: (timeFirst ? [time, user] : [user, time]).map((page) => ({ pages: pages.map(page) })) };
    });
    return { bytes: craftFile((timeFirst ? ['time', 'user'] : ['user', 'time']).map(element), groups, { lastGroupFirst }) };
  });

function int32Page(values: readonly number[]) {
  const levels = [...varint(values.length * 2), 1];
  return dataPage(values.length, bytes(int32s(levels.length), levels, int32s(...values)));
}

function pieces<Element>(list: readonly Element[], size: number): Element[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, piece) => list.slice(piece * size, (piece + 1) * size));
}

it('times are the same, whether they were decoded at once or not, and so are their marks', async () => {
  const seen = { deferred: 0, decoded: 0 };
  await fc.assert(fc.asyncProperty(file, async ({ bytes }) => {
    const [expected] = await (await openParquet(new MemorySource(bytes))).readColumns(['time']);
    if (expected.type !== 'INT') throw new Error(`read as ${expected.type}`);
    const times = await readOrder(bytes);
    seen[times.heldBytes === undefined ? 'decoded' : 'deferred'] += 1;
    if (times.heldBytes !== undefined || times.marks !== undefined) expect(times.marks).toEqual(timeMarks(expected.values));
    expect([times.values, times.nulls]).toEqual([expected.values, expected.nulls]);
    expect(times.values).toBe(times.values);
  }), { numRuns: 400 });
  expect(Math.min(seen.deferred, seen.decoded)).toBeGreaterThan(40);
});

const ROWS = 90_000;
const MEAN_ROWS = 5;

/** Large enough for its bytes to be in memory that serves again. */
function largeFile(timeOf: (row: number) => number, userOf: (row: number) => unknown = (row) => BigInt(Math.floor(row / MEAN_ROWS)), userType: 'INT64' | 'STRING' = 'INT64', hasTexts = true): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({
    // Texts between them make one range per row group, which are more than are read ahead.
    rowGroupSize: 15_000,
    columnData: [
      { name: 'user', type: userType, data: Array.from({ length: ROWS }, (_, row) => userOf(row)), encoding: 'PLAIN' },
      { name: 'time', type: 'INT64', data: Array.from({ length: ROWS }, (_, row) => BigInt(timeOf(row))), encoding: 'PLAIN' },
      ...(hasTexts ? [{ name: 'text', type: 'STRING' as const, data: Array.from({ length: ROWS }, (_, row) => [3, 5, 7].map((factor) => Math.imul(row + factor, 0x9e37_79b1 * factor).toString(36)).join('')), encoding: 'PLAIN' as const }] : []),
    ],
  }));
}

/** In order within each user, in none from one to the next. */
const inOrder = (row: number): number => (Math.imul(Math.floor(row / MEAN_ROWS), 0x9e37_79b1) >>> 0) * 1000 + row % MEAN_ROWS;
const timesOf = (timeOf: (row: number) => number): Float64Array => Float64Array.from({ length: ROWS }, (_, row) => timeOf(row));

it('what is held for later stays as it is while other files are read, and serves them once it is decoded', async () => {
  const memory = new PartMemory();
  const [first, second] = [(row: number) => inOrder(row), (row: number) => inOrder(row) + 17];
  const held = await readOrder(largeFile(first), memory);
  const others = [];
  for (let i = 0; i < 4; i++) others.push(await readOrder(largeFile(second)));
  expect(held.heldBytes).toBeGreaterThan(0);
  const before = memory.bytesTaken;
  expect(held.values).toEqual(timesOf(first));
  // Its bytes are given back, for which there are the times now.
  expect(memory.bytesTaken).toBe(before - (held.heldBytes ?? 0) + 8 * ROWS);
  for (const other of others) expect(other.values).toEqual(timesOf(second));
});

it('what is decoded later is the part’s as well, and ends with it', async () => {
  const [memory, ofPart] = [new PartMemory(), new PartMemory()];
  const held = await readOrder(largeFile(inOrder), memory);
  ofPart.adopt(memory);
  const before = ofPart.bytesTaken;
  expect(held.values.length).toBe(ROWS);
  expect(ofPart.bytesTaken).toBe(before - (held.heldBytes ?? 0) + 8 * ROWS);
  ofPart.giveBack();
  expect(ofPart.bytesTaken).toBe(0);
});

it('nothing is held any more of times that turn out to be needed', async () => {
  const bytes = largeFile(inOrder, (row) => BigInt(row < 45_000 ? Math.floor(row / MEAN_ROWS) : (row * 7919) % 9_000), 'INT64', false);
  const [eager, memory] = [new PartMemory(), new PartMemory()];
  await (await openParquet(new RoomSource(bytes))).readColumns(['time', 'user'], eager, { keys: new Set(['user']), times: { name: 'time', onlyOrderWithin: null } });
  expect((await readOrder(bytes, memory)).heldBytes).toBeUndefined();
  expect(memory.bytesTaken).toBe(eager.bytesTaken);
});

it('what is held ends with the part', async () => {
  const memory = new PartMemory();
  await readOrder(largeFile(inOrder), memory);
  memory.giveBack();
  expect(memory.bytesTaken).toBe(0);
});

it('times are decoded at once where rows are to be moved, or in no order, and where more would be held than they take', async () => {
  const heldOf = async (bytes: Uint8Array, others: readonly string[] = []) => (await readOrder(bytes, new PartMemory(), others)).heldBytes;
  expect(await heldOf(largeFile(inOrder))).toBeGreaterThan(0);
  // Users one after the other, but for the first rows of all.
  expect(await heldOf(largeFile(inOrder, (row) => BigInt((row * 7919) % 9_000)))).toBeUndefined();
  expect(await heldOf(largeFile((row) => (row * 7919) % 1009))).toBeUndefined();
  expect(await heldOf(largeFile((row) => row, (row) => BigInt((row * 7919) % 9_000)))).toBeUndefined();
  expect(await heldOf(largeFile(inOrder), ['text'])).toBeUndefined();
  const name = (row: number): string => `user ${String(Math.floor(row / MEAN_ROWS)).padStart(8, '0')}`;
  expect(await heldOf(largeFile(inOrder, name, 'STRING'))).toBeGreaterThan(0);
  expect(await heldOf(largeFile(inOrder, (row) => name((row * 7919) % ROWS), 'STRING'))).toBeUndefined();
});
