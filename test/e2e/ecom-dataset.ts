import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { DatasetSchema } from '../../lambda/query/dataset-schema';
import type { ColumnType } from '../../lambda/query/expanded';
import type { Cell, ReferenceDataset, Row } from '../engine/reference-dataset';

/** Real events that nobody here wrote, beside the checkout; absent on a fresh machine. */
export const ecomFolder = path.resolve(__dirname, '../../../shared/data/ecom');
export const ecomIsThere = existsSync(ecomFolder);

const columns: ReadonlyMap<string, ColumnType> = new Map([
  ['user_id', 'STRING'],
  ['session_id', 'STRING'],
  ['event', 'STRING'],
  ['platform', 'STRING'],
  ['channel', 'STRING'],
  ['cohort', 'STRING'],
  ['timestamp', 'INT'],
  ['price', 'FLOAT'],
  ['quantity', 'INT'],
  ['logged_in', 'BOOL'],
]);

/** The dataset's rows as another reader of Parquet gives them, for the reference evaluator. */
export async function readEcom(): Promise<ReferenceDataset> {
  const files = readdirSync(ecomFolder).filter((name) => name.endsWith('.parquet')).sort();
  const parts = await Promise.all(files.map(async (name) => rowsOf(new Uint8Array(readFileSync(path.join(ecomFolder, name))).buffer)));
  return { parts, groupIdColumn: 'user_id', timestampColumn: 'timestamp', columns };
}

/** What registration finds out of it, as far as queries need it. */
export function ecomSchema(dataset: ReferenceDataset): DatasetSchema {
  const times = dataset.parts.flat().map((row) => Number(row.timestamp));
  return {
    groupIdColumn: dataset.groupIdColumn,
    timestampColumn: dataset.timestampColumn,
    columns: new Map([...columns].map(([name, type]) => [name, { type, logical: null }])),
    minTimestamp: times.reduce((least, time) => Math.min(least, time)),
    maxTimestamp: times.reduce((greatest, time) => Math.max(greatest, time)),
  };
}

async function rowsOf(file: ArrayBuffer): Promise<Row[]> {
  const records = await parquetReadObjects({ file, compressors });
  return records.map((record) => Object.fromEntries([...columns].map(([name, type]) => [name, cellOf(record[name], type)])));
}

function cellOf(value: unknown, type: ColumnType): Cell {
  if (value === null || value === undefined) return null;
  if (type === 'INT' && (typeof value === 'number' || typeof value === 'bigint')) return BigInt(value);
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  throw new Error(`a ${type} column holds a ${typeof value}`);
}
