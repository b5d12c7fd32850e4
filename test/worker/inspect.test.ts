import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer';
import type { PartInspection } from '../../lambda/datastore/inspection';
import type { InspectionWork } from '../../lambda/datastore/job';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { inspectPart } from '../../lambda/worker/inspect';
import { shopColumns } from './parquet-parts';

const work: InspectionWork = { kind: 'inspection', basepath: '/', groupIdColumn: 'user', timestampColumn: 'time', returnGroupIds: true };

async function inspect(columns: ColumnSource[], more: Partial<InspectionWork> = {}): Promise<PartInspection> {
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData: columns }));
  const source = { name: 'part.parquet', byteLength: bytes.length, read: (start: number, end: number) => Promise.resolve(bytes.slice(start, end)) };
  return inspectPart(await openParquet(source), { ...work, ...more });
}

const events = [
  { user: 3, time: 30, event: 'view', price: 2.5 },
  { user: 1, time: 10, event: 'buy', price: null },
  { user: 3, time: 20, event: 'view', price: -1 },
  { user: 2, time: 40, event: null, price: Number.NaN },
];

function columnNamed(inspection: PartInspection, name: string) {
  return inspection.columns.find((column) => column.name === name);
}

describe('The inspection of a part', () => {
  test('tells rows, groups, times, columns, ranges and frequent strings', async () => {
    const inspection = await inspect(shopColumns(events));

    expect(inspection).toMatchObject({ rows: 4, groups: 3, minTimestamp: 10, maxTimestamp: 40 });
    expect(inspection.columns.map(({ name, type }) => [name, type])).toEqual([['user', 'INT'], ['time', 'INT'], ['event', 'STRING'], ['price', 'FLOAT']]);
    expect(columnNamed(inspection, 'price')).toMatchObject({ range: { min: -1, max: 2.5 }, strings: null });
    expect(columnNamed(inspection, 'event')).toMatchObject({
      range: null,
      strings: { distinct: 2, topValues: [{ value: 'view', rows: 2 }, { value: 'buy', rows: 1 }] },
    });
  });

  test('returns the distinct group IDs in ascending order, if asked', async () => {
    const asked = await inspect(shopColumns(events));
    const notAsked = await inspect(shopColumns(events), { returnGroupIds: false });

    expect(asked.groupIds).toEqual(new Float64Array([1, 2, 3]));
    expect(notAsked.groupIds).toBeNull();
  });

  test('tells integers apart above 2^53, as groups and in ranges', async () => {
    const big = 2n ** 60n;
    const inspection = await inspect(shopColumns([{ user: big + 1n, time: 2, event: '' }, { user: big, time: 1, event: '' }, { user: 5, time: big, event: '' }]));

    expect(inspection.groupIds).toEqual(new BigInt64Array([5n, big, big + 1n]));
    expect(columnNamed(inspection, 'user')?.range).toEqual({ min: 5, max: big + 1n });
    expect(inspection.maxTimestamp).toBe(big);
  });

  test('takes strings as group IDs and floats as timestamps', async () => {
    const inspection = await inspect([
      { name: 'user', data: ['b', 'a', 'b'], type: 'STRING' },
      { name: 'time', data: [1.5, 0.5, 2], type: 'DOUBLE' },
    ]);

    expect(inspection).toMatchObject({ groups: 2, groupIds: ['a', 'b'], minTimestamp: 0.5, maxTimestamp: 2 });
  });

  test('of no rows has no range and no times', async () => {
    const inspection = await inspect(shopColumns([]));

    expect(inspection).toMatchObject({ rows: 0, groups: 0, minTimestamp: null, maxTimestamp: null });
    expect(columnNamed(inspection, 'price')?.range).toBeNull();
  });

  test('gives no range that JSON cannot hold', async () => {
    const inspection = await inspect([
      ...shopColumns([events[0], events[1]]).slice(0, 2),
      { name: 'ratio', data: [Infinity, -Infinity], type: 'DOUBLE' },
    ]);

    expect(columnNamed(inspection, 'ratio')?.range).toBeNull();
  });

  test('keeps one column at a time in memory', async () => {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData: shopColumns(events) }));
    const file = await openParquet({ name: 'p', byteLength: bytes.length, read: (start, end) => Promise.resolve(bytes.slice(start, end)) });
    const asked: string[][] = [];

    await inspectPart({ ...file, readColumns: (names) => (asked.push([...names]), file.readColumns(names)) }, work);

    expect(asked).toEqual([['user'], ['time'], ['event'], ['price']]);
  });
});

describe('A part that cannot belong to a dataset is refused', () => {
  test('without the group-ID or timestamp column', async () => {
    await expect(inspect(shopColumns(events), { groupIdColumn: 'visitor' })).rejects.toThrow("has no column 'visitor'");
    await expect(inspect(shopColumns(events), { timestampColumn: 'at' })).rejects.toThrow("has no column 'at'");
    await expect(inspect(shopColumns(events), { groupIdColumn: 'usr' })).rejects.toThrow('; did you mean "user"?');
  });

  test('with a group-ID column that is neither integer nor string', async () => {
    await expect(inspect(shopColumns(events), { groupIdColumn: 'price' })).rejects.toThrow(
      "group-ID column 'price' is double; it should be an integer or string column without nulls",
    );
  });

  test('with a timestamp column that is not numeric', async () => {
    await expect(inspect(shopColumns(events), { timestampColumn: 'event' })).rejects.toThrow("timestamp column 'event' is string");
  });

  test('with nulls in the group-ID column, of integers or strings', async () => {
    await expect(inspect(shopColumns([...events, { user: null, time: 1, event: '' }]))).rejects.toThrow("group-ID column 'user' holds 1 null");
    await expect(inspect(shopColumns(events), { groupIdColumn: 'event' })).rejects.toThrow("group-ID column 'event' holds 1 null");
  });

  test('with nulls in the timestamp column, of integers or floats', async () => {
    const withNulls = [...events, { user: 1, time: null, event: '' }, { user: 2, time: null, event: '' }];
    await expect(inspect(shopColumns(withNulls))).rejects.toThrow("timestamp column 'time' holds 2 nulls");
    await expect(inspect(shopColumns(events), { timestampColumn: 'price' })).rejects.toThrow("timestamp column 'price' holds 2 nulls");
  });
});
