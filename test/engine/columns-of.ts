import { Codes } from '../../lambda/engine/codes';
import type { Column, IntColumn, StringColumn } from '../../lambda/engine/columns';
import type { Cell, ReferenceDataset, Row } from './reference-dataset';

/**
 * One part of a dataset as the engine takes it.
 * @param dictionaryStart strings that stand in every dictionary before those of the rows, whether a row has them or not.
 */
export function columnsOf(
  rows: readonly Row[],
  dataset: Pick<ReferenceDataset, 'columns'>,
  dictionaryStart: readonly string[] = [],
): Map<string, Column> {
  return new Map(
    [...dataset.columns].map(([name, type]): [string, Column] => {
      const cells = rows.map((row) => row[name]);
      switch (type) {
        case 'INT':
          return [name, intColumn(cells)];
        case 'FLOAT':
          return [name, { type, values: Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))) }];
        case 'BOOL':
          return [name, { type, values: Uint8Array.from(cells, (cell) => (cell === null ? 2 : Number(cell))) }];
        case 'STRING':
          return [name, stringColumn(cells, dictionaryStart)];
      }
    }),
  );
}

function intColumn(cells: readonly Cell[]): IntColumn {
  const integers = cells.map((cell) => BigInt(cell ?? 0));
  const nulls = cells.includes(null) ? Uint8Array.from(cells, (cell) => Number(cell === null)) : null;
  return { type: 'INT', values: integerArray(integers), nulls };
}

function integerArray(integers: readonly bigint[]): IntColumn['values'] {
  if (integers.every((value) => Number.isSafeInteger(Number(value)))) return Float64Array.from(integers, Number);
  const signed = BigInt64Array.from(integers);
  if (integers.every((value, index) => signed[index] === value)) return signed;
  const unsigned = BigUint64Array.from(integers);
  if (integers.every((value, index) => unsigned[index] === value)) return unsigned;
  throw new Error(`integers fit neither 64 signed nor 64 unsigned bits: ${integers.join(', ')}`);
}

function stringColumn(cells: readonly Cell[], dictionaryStart: readonly string[]): StringColumn {
  const strings = cells.map((cell) => (cell === null ? null : String(cell)));
  const dictionary = [...new Set([...dictionaryStart, ...strings.filter((value) => value !== null)])];
  const codes = Int32Array.from(strings, (value) => (value === null ? -1 : dictionary.indexOf(value)));
  return { type: 'STRING', codes: Codes.ofIntegers(codes), dictionary };
}
