import type { ColumnType, Numeric } from '../../lambda/query/expanded';

/** INT is always a bigint, FLOAT a number (NaN is null), BOOL a boolean, STRING a string. */
export type Cell = bigint | number | boolean | string | null;

export type Row = Readonly<Record<string, Cell>>;

/** A dataset as a person would write it down. All rows of a group lie in one part; group IDs and times are never null. */
export interface ReferenceDataset {
  readonly parts: readonly (readonly Row[])[];
  readonly groupIdColumn: string;
  readonly timestampColumn: string;
  readonly columns: ReadonlyMap<string, ColumnType>;
}

/** The number of a row in a column that must hold one; null where the row has none. */
export function numberIn(row: Row, column: string): Numeric | null {
  const cell = row[column];
  if (cell === null || Number.isNaN(cell)) return null;
  if (typeof cell === 'bigint' || typeof cell === 'number') return cell;
  throw new Error(`column ${column} holds ${typeof cell} ${String(cell)} where a number was expected`);
}

/** The time of a row. */
export function timeOf(row: Row, timestampColumn: string): Numeric {
  const time = numberIn(row, timestampColumn);
  if (time === null) throw new Error(`a row has no time in column ${timestampColumn}`);
  return time;
}
