import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Column } from '../../lambda/engine/columns';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { MemorySource } from './memory-source';

/** Files that other writers have made, each beside the JSON of what it must give (fixtures/README.md). */
const folder = process.env.PARQUET_FIXTURES ?? join(__dirname, 'fixtures');

interface ExpectedColumn {
  readonly type: Column['type'];
  readonly logical: 'DATE' | 'TIMESTAMP' | null;
  readonly values?: readonly JsonValue[];
  /** Values that are not null. */
  readonly count?: number;
  readonly first?: readonly JsonValue[];
  readonly last?: readonly JsonValue[];
  readonly sha256?: string;
}

interface Expected {
  readonly rowCount: number;
  readonly columns: Readonly<Record<string, ExpectedColumn>>;
  readonly unsupported: readonly string[];
}

type JsonValue = number | string | boolean | null;

const names = readdirSync(folder).filter((name) => name.endsWith('.parquet')).map((name) => name.slice(0, -'.parquet'.length));

describe('files of other writers', () => {
  it.each(names)('%s gives what its JSON says', async (name) => {
    const expected = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Expected;
    const file = await openParquet(new MemorySource(readFileSync(join(folder, `${name}.parquet`)), name));
    const columns = await file.readColumns(file.columns.map((column) => column.name));

    expect(file.rowCount).toBe(expected.rowCount);
    expect(file.columns.map((column) => [column.name, column.type, column.logical])).toEqual(
      Object.entries(expected.columns).map(([column, { type, logical }]) => [column, type, logical]),
    );
    expect(file.unsupportedColumns.map((column) => column.name).sort()).toEqual([...expected.unsupported].sort());
    columns.forEach((column, i) => {
      expectValues(file.columns[i].name, jsonValues(column), expected.columns[file.columns[i].name]);
    });
  });
});

function expectValues(name: string, values: readonly JsonValue[], expected: ExpectedColumn): void {
  if (expected.values !== undefined) {
    expect({ [name]: values }).toEqual({ [name]: expected.values });
    return;
  }
  expect(values.filter((value) => value !== null).length).toBe(expected.count);
  expect({ [name]: values.slice(0, expected.first?.length) }).toEqual({ [name]: expected.first });
  expect({ [name]: values.slice(values.length - (expected.last?.length ?? 0)) }).toEqual({ [name]: expected.last });
  expect({ [name]: createHash('sha256').update(JSON.stringify(values)).digest('hex') }).toEqual({ [name]: expected.sha256 });
}

function jsonValues(column: Column): JsonValue[] {
  switch (column.type) {
    case 'INT':
      return Array.from<number | bigint, JsonValue>(column.values, (value, row) => (column.nulls?.[row] === 1 ? null : jsonNumber(value)));
    case 'FLOAT':
      return Array.from(column.values, jsonNumber);
    case 'BOOL':
      return Array.from(column.values, (value) => (value === 2 ? null : value === 1));
    case 'STRING':
      return Array.from(column.codes.integers, (code) => (code === -1 ? null : column.dictionary[code]));
  }
}

function jsonNumber(value: number | bigint): JsonValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (Number.isNaN(value)) return null;
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}
