import type { Column } from './columns';

/** Per row 1 where a column is null, else 0; null where no row is. */
export function nullsOf(column: Column): Uint8Array | null {
  switch (column.type) {
    case 'INT':
      return column.nulls;
    case 'FLOAT':
      return nansOf(column.values);
    case 'BOOL': {
      const nulls = new Uint8Array(column.values.length);
      for (let row = 0; row < nulls.length; row++) nulls[row] = column.values[row] >> 1;
      return nulls;
    }
    case 'STRING': {
      if (column.codes.areAllPresent) return null;
      const { codes, first } = column.codes.stored;
      const nulls = new Uint8Array(codes.length);
      for (let row = 0; row < nulls.length; row++) nulls[row] = Number(codes[row] + first === 0);
      return nulls;
    }
  }
}

/** Per row 1 where a value is NaN, else 0. */
export function nansOf(values: Float64Array): Uint8Array {
  const nans = new Uint8Array(values.length);
  for (let row = 0; row < nans.length; row++) nans[row] = Number(values[row] !== values[row]);
  return nans;
}
