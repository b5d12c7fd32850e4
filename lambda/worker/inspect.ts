import type { ColumnInspection, PartInspection } from '../datastore/inspection';
import type { InspectionWork } from '../datastore/job';
import type { Column, IntColumn, StringColumn } from '../engine/columns';
import { GroupIdError, TimestampError } from '../engine/errors';
import type { ParquetFile } from '../parquet/parquet-file';
import type { Numeric } from '../query/expanded';
import { findColumn } from './find-column';

/**
 * Most frequent strings returned per column and part. A value with the least share that is listed (1 %) of the sampled
 * rows is among the first 100 of at least one part; ten times that keeps the merged shares right but for crumbs.
 */
const TOP_VALUES_PER_PART = 1000;

/**
 * Finds out what a part holds, one column in memory at a time.
 *
 * @throws MissingColumnError, UnsupportedColumnError, GroupIdError or TimestampError where the part cannot belong to a
 * dataset with these group-ID and timestamp columns.
 */
export async function inspectPart(file: ParquetFile, work: InspectionWork): Promise<PartInspection> {
  const groupIdDescription = findColumn(file, work.groupIdColumn);
  if (groupIdDescription.type !== 'INT' && groupIdDescription.type !== 'STRING') {
    throw new GroupIdError(work.groupIdColumn, `is ${groupIdDescription.dtypeName}`);
  }
  const timestampDescription = findColumn(file, work.timestampColumn);
  if (timestampDescription.type !== 'INT' && timestampDescription.type !== 'FLOAT') {
    throw new TimestampError(work.timestampColumn, `is ${timestampDescription.dtypeName}`);
  }

  const columns: ColumnInspection[] = [];
  let groupIds: GroupIds = [];
  let timestamps: ColumnInspection['range'] = null;
  for (const description of file.columns) {
    const [column] = await file.readColumns([description.name]);
    const inspection = { ...description, range: rangeOf(column), strings: column.type === 'STRING' ? stringsOf(column) : null };
    columns.push(inspection);
    if (description.name === work.groupIdColumn) {
      groupIds = distinctGroupIds(work.groupIdColumn, column);
    }
    if (description.name === work.timestampColumn) {
      refuseNulls(column, (problem) => new TimestampError(work.timestampColumn, problem));
      timestamps = inspection.range;
    }
  }
  return {
    rows: file.rowCount,
    groups: groupIds.length,
    columns,
    unsupportedColumns: file.unsupportedColumns,
    minTimestamp: timestamps?.min ?? null,
    maxTimestamp: timestamps?.max ?? null,
    groupIds: work.returnGroupIds ? groupIds : null,
  };
}

type GroupIds = NonNullable<PartInspection['groupIds']>;

/** Smallest and greatest value that JSON can hold: nulls, NaN and infinities are passed over. */
function rangeOf(column: Column): ColumnInspection['range'] {
  if (column.type === 'INT') {
    return integerRange(column);
  }
  if (column.type !== 'FLOAT') {
    return null;
  }
  let min = Infinity;
  let max = -Infinity;
  for (const value of column.values) {
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return min <= max ? { min, max } : null;
}

function integerRange({ values, nulls }: IntColumn): ColumnInspection['range'] {
  let min: Numeric | null = null;
  let max: Numeric | null = null;
  for (let row = 0; row < values.length; row++) {
    if (nulls !== null && nulls[row] === 1) continue;
    const value = values[row];
    if (min === null || value < min) min = value;
    if (max === null || value > max) max = value;
  }
  return min === null || max === null ? null : { min: exactNumber(min), max: exactNumber(max) };
}

/** A bigint that a double holds exactly becomes a number, the form that all our types use for it. */
function exactNumber(value: Numeric): Numeric {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function stringsOf({ codes, dictionary }: StringColumn): NonNullable<ColumnInspection['strings']> {
  const rowsByCode = new Float64Array(dictionary.length);
  for (const code of codes.integers) {
    if (code >= 0) rowsByCode[code]++;
  }
  const used = dictionary.map((value, code) => ({ value, rows: rowsByCode[code] })).filter(({ rows }) => rows > 0);
  used.sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1));
  return { distinct: used.length, topValues: used.slice(0, TOP_VALUES_PER_PART) };
}

/** In ascending order, so that parts are compared by merging. */
function distinctGroupIds(name: string, column: Column): GroupIds {
  refuseNulls(column, (problem) => new GroupIdError(name, problem));
  switch (column.type) {
    case 'INT': {
      const sorted = column.values.slice().sort();
      return sorted.slice(0, moveDistinctToFront(sorted));
    }
    case 'STRING': {
      const used = new Uint8Array(column.dictionary.length);
      for (const code of column.codes.integers) used[code] = 1;
      return column.dictionary.filter((_, code) => used[code] === 1).sort();
    }
    case 'FLOAT':
    case 'BOOL':
      throw new GroupIdError(name, `holds ${column.type} values`);
  }
}

function moveDistinctToFront(sorted: { readonly length: number; [index: number]: Numeric }): number {
  let count = 0;
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[count - 1]) {
      sorted[count++] = sorted[index];
    }
  }
  return count;
}

function refuseNulls(column: Column, error: (problem: string) => Error): void {
  const nulls = countNulls(column);
  if (nulls > 0) {
    throw error(`holds ${nulls === 1 ? '1 null' : `${nulls} nulls`}`);
  }
}

function countNulls(column: Column): number {
  let count = 0;
  switch (column.type) {
    case 'INT':
      for (const isNull of column.nulls ?? []) count += isNull;
      return count;
    case 'FLOAT':
      for (const value of column.values) if (Number.isNaN(value)) count++;
      return count;
    case 'BOOL':
      for (const value of column.values) if (value === 2) count++;
      return count;
    case 'STRING':
      for (const code of column.codes.integers) if (code < 0) count++;
      return count;
  }
}
