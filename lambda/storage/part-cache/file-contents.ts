import type { Column } from '../../engine/columns';
import type { RowLayout } from '../../engine/part';
import { CacheFileError } from './arrow-file';
import type { FileContent, StoredArray } from './arrow-file';

export function rowsContent({ order, times }: RowLayout): FileContent {
  return { arrays: { times, ...(order !== 'as-is' && { order }) }, dictionary: null };
}

export function groupsContent({ groupStarts }: RowLayout): FileContent {
  return { arrays: { starts: groupStarts }, dictionary: null };
}

/** @throws CacheFileError */
export function groupStartsOf({ arrays: { starts } }: FileContent): Int32Array {
  if (starts instanceof Int32Array) return starts;
  throw new CacheFileError('group starts of another type than they should have');
}

/** @throws CacheFileError where it is not of as many rows as the groups have */
export function layoutOf({ arrays: { times, order } }: FileContent, groupStarts: Int32Array): RowLayout {
  const rows = groupStarts[groupStarts.length - 1];
  const isOrder = order === undefined || (order instanceof Int32Array && order.length === rows);
  if (isNumbers(times) && times.length === rows && isOrder) {
    return { times, order: order ?? 'as-is', groupStarts };
  }
  throw new CacheFileError(`a layout of other arrays than it should have for ${rows} rows`);
}

export function columnContent(column: Column): FileContent {
  switch (column.type) {
    case 'INT':
      return { arrays: { integers: column.values, ...(column.nulls !== null && { nulls: column.nulls }) }, dictionary: null };
    case 'FLOAT':
      return { arrays: { floats: column.values }, dictionary: null };
    case 'BOOL':
      return { arrays: { booleans: column.values }, dictionary: null };
    case 'STRING':
      return { arrays: { codes: column.codes }, dictionary: column.dictionary };
  }
}

/** @throws CacheFileError where it is not of so many rows */
export function columnOf({ arrays, dictionary }: FileContent, rows: number): Column {
  const { integers, nulls = null, floats, booleans, codes } = arrays;
  const column: Column | null =
    isNumbers(integers) && (nulls === null || nulls instanceof Uint8Array) ? { type: 'INT', values: integers, nulls }
    : floats instanceof Float64Array ? { type: 'FLOAT', values: floats }
    : booleans instanceof Uint8Array ? { type: 'BOOL', values: booleans }
    : codes instanceof Int32Array && dictionary !== null ? { type: 'STRING', codes, dictionary }
    : null;
  const [values] = Object.values(arrays);
  if (column === null || values.length !== rows) {
    throw new CacheFileError(`a column of ${values.length} rows, or of other arrays than a column has, where one of ${rows} rows should be`);
  }
  return column;
}

function isNumbers(values: StoredArray | undefined): values is Float64Array | BigInt64Array | BigUint64Array {
  return values instanceof Float64Array || values instanceof BigInt64Array || values instanceof BigUint64Array;
}
