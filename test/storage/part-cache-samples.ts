import { Codes } from '../../lambda/engine/codes';
import type { Column } from '../../lambda/engine/columns';
import type { PartKey } from '../../lambda/storage/part-cache/part-key';

const ROWS = 40;
/** Columns that queries name. */
export const columnNames = ['user', 'text', 'float', 'flag'] as const;

/** Versions and files of a dataset; the same place may hold another file in another version. */
export const keys: PartKey[] = ['shop@1', 'shop@2', 'shop@1 '].flatMap((datasetVersion) =>
  [0, 1, 2].map((index) => ({ datasetVersion, index, part: { filename: `p-${index}`, size: 1, etag: `${datasetVersion}-${index}` } })),
);

/** What the file of a part holds: different for each key, in no order. */
export function source(place: number): Map<string, Column> {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  return new Map<string, Column>([
    ['user', { type: 'INT', values: Float64Array.from(rows, (row) => (row * 7 + place) % 5), nulls: null }],
    ['time', { type: 'INT', values: Float64Array.from(rows, (row) => (row * 13 + place) % ROWS), nulls: null }],
    ['text', { type: 'STRING', codes: Codes.ofIntegers(Int32Array.from(rows, (row) => ((row + place) % 4) - 1)), dictionary: [`a${place}`, 'é', ''] }],
    ['float', { type: 'FLOAT', values: Float64Array.from(rows, (row) => row / (place + 1)) }],
    ['flag', { type: 'BOOL', values: Uint8Array.from(rows, (row) => (row * place) % 3) }],
  ]);
}

export function columnOf(columns: ReadonlyMap<string, Column>, name: string): Column {
  const column = columns.get(name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return column;
}
