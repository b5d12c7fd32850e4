import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Column } from '../../lambda/engine/columns';
import { PartMemory } from '../../lambda/engine/part-memory';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { MemorySource } from './memory-source';

/** Enough for arrays of bytes too to be worth keeping. */
const ROWS = 70_000;
const PAGE_OF_NULLS = 30_000;

/** Rows of every kind, in pages without nulls, with some and with nothing else. */
function someRows<Value>(valueOf: (row: number) => Value): (Value | null)[] {
  return Array.from({ length: ROWS }, (_, row) => (row >= PAGE_OF_NULLS && row < 2 * PAGE_OF_NULLS ? null : row < PAGE_OF_NULLS / 2 || row % 3 === 0 ? valueOf(row) : null));
}

const file = new Uint8Array(parquetWriteBuffer({
  pageSize: 10_000,
  rowGroupSize: 10_000,
  columnData: [
    { name: 'runs', type: 'INT64', data: Array.from({ length: ROWS }, (_, row) => BigInt(row >> 3)) },
    { name: 'integers', type: 'INT64', data: someRows((row) => BigInt(row * 7919)) },
    { name: 'late wide', type: 'INT64', data: someRows((row) => (row > ROWS - 100 ? 2n ** 60n : 1n) + BigInt(row)) },
    { name: 'doubles', type: 'DOUBLE', data: someRows((row) => row / 7) },
    { name: 'booleans', type: 'BOOLEAN', data: someRows((row) => row % 2 === 0) },
    { name: 'strings', type: 'STRING', data: someRows((row) => `text ${row % 500}`) },
  ],
}));

async function read(memory?: PartMemory): Promise<Column[]> {
  const opened = await openParquet(new MemorySource(file));
  return opened.readColumns(opened.columns.map(({ name }) => name), memory);
}

function arraysOf(column: Column): (Uint8Array | Int32Array | Float64Array | BigInt64Array | BigUint64Array)[] {
  switch (column.type) {
    case 'INT':
      return [column.values, ...(column.nulls === null ? [] : [column.nulls]), ...(column.runs === undefined ? [] : [column.runs.starts, column.runs.values])];
    case 'STRING':
      return [column.codes.areBytes ? column.codes.bytes : column.codes.integers];
    case 'FLOAT':
    case 'BOOL':
      return [column.values];
  }
}

test('Columns are the same in memory that held anything else before', async () => {
  const expected = (await read()).map((column) => arraysOf(column).map((array) => array.slice()));

  for (let round = 0; round < 3; round++) {
    const memory = new PartMemory();
    const arrays = (await read(memory)).map(arraysOf);
    expect(arrays).toEqual(expected);

    const all = arrays.flat().filter((array) => array.byteLength >= 65_536);
    for (const array of all) new Uint8Array(array.buffer).fill(0xa5 + round);
    memory.giveBack();
    expect(all.filter((array) => array.length > 0)).toEqual([]);
  }
});

test('A reading that fails leaves the next ones right', async () => {
  const expected = (await read()).map((column) => arraysOf(column).map((array) => array.slice()));
  const damaged = file.slice();
  damaged.fill(0xff, Math.floor(damaged.length / 2), Math.floor(damaged.length / 2) + 1000);
  const opened = await openParquet(new MemorySource(damaged));
  await expect(opened.readColumns(opened.columns.map(({ name }) => name))).rejects.toThrow('column');

  expect((await read()).map(arraysOf)).toEqual(expected);
});
