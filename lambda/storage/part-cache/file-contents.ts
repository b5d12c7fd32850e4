import { Codes } from '../../engine/codes';
import type { Column } from '../../engine/columns';
import { dealingOf, type RowOrder } from '../../engine/moved-rows';
import type { GroupLayout, RowLayout } from '../../engine/part';
import { CacheFileError } from './arrow-file';
import type { FileContent, StoredArray } from './arrow-file';

/** A layout in one file, so that none is put together of two. */
export function layoutContent({ order, times, groupStarts }: RowLayout | GroupLayout): FileContent {
  const begins = new Uint8Array(groupStarts[groupStarts.length - 1]);
  for (let group = 0; group < groupStarts.length - 1; group++) begins[groupStarts[group]] = 1;
  return { arrays: { begins, ...(times !== null && { times: times.values }), ...(order !== 'as-is' && { places: order.places, ...(order.dealing !== null && { partitions: order.dealing.partitions }) }) }, dictionary: null };
}

/** @throws CacheFileError */
export function layoutOf({ arrays: { times, begins, places, partitions } }: FileContent): RowLayout | GroupLayout {
  if ((times === undefined || isNumbers(times)) && begins instanceof Uint8Array) {
    const rows = { order: orderOf(places, partitions), groupStarts: groupStartsOf(begins) } as const;
    return times === undefined ? { ...rows, times: null } : { ...rows, times: { values: times } };
  }
  throw otherArrays();
}

function orderOf(places: StoredArray | undefined, partitions: StoredArray | undefined): RowOrder {
  if (places === undefined && partitions === undefined) return 'as-is';
  if (places instanceof Int32Array && partitions === undefined) return { dealing: null, places };
  if (places instanceof Int32Array && partitions instanceof Uint16Array) return { dealing: dealingOf(partitions), places };
  throw otherArrays();
}

function otherArrays(): CacheFileError {
  return new CacheFileError('a layout of other arrays than it should have');
}

/** @param begins per row 1 where a group begins, else 0 */
function groupStartsOf(begins: Uint8Array): Int32Array {
  let groups = 0;
  for (const isBegin of begins) groups += isBegin;
  const groupStarts = new Int32Array(groups + 1);
  let group = 0;
  for (let row = 0; row < begins.length; row++) {
    if (begins[row] === 1) groupStarts[group++] = row;
  }
  groupStarts[groups] = begins.length;
  return groupStarts;
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
      return { arrays: { codes: column.codes.toIntegers() }, dictionary: column.dictionary };
  }
}

/** @throws CacheFileError where it is not of so many rows */
export function columnOf({ arrays, dictionary }: FileContent, rows: number): Column {
  const { integers, nulls = null, floats, booleans, codes } = arrays;
  const column: Column | null =
    isNumbers(integers) && (nulls === null || nulls instanceof Uint8Array) ? { type: 'INT', values: integers, nulls }
    : floats instanceof Float64Array ? { type: 'FLOAT', values: floats }
    : booleans instanceof Uint8Array ? { type: 'BOOL', values: booleans }
    : codes instanceof Int32Array && dictionary !== null ? { type: 'STRING', codes: Codes.ofIntegers(codes), dictionary }
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
