import type { IntColumn, StringColumn } from './columns';
import { blockKernels } from './kernels/block-kernels';

/** With more numbers than that most would be no group's, and what is kept per number would be had from memory row by row. */
const MOST_NUMBERS_PER_ROW = 1;

/** Numbers of the groups that rows belong to, in whatever order. */
export interface GroupNumbers {
  /** Per row the group's ID, an integer; less `least` it is the group's number. */
  readonly ids: Float64Array | Int32Array;
  readonly least: number;
  /** Numbers are below this; some may be no group's. */
  readonly size: number;
}

/** Numbers groups by their IDs, if these are close enough together; else null. @param column not empty, without nulls */
export function numberGroups(column: IntColumn | StringColumn): GroupNumbers | null {
  if (column.type === 'STRING') return { ids: column.codes.integers, least: 0, size: greatestOf(column.codes.integers) + 1 };
  const { values } = column;
  if (!(values instanceof Float64Array)) return null;
  const most = MOST_NUMBERS_PER_ROW * values.length;
  const [least, greatest] = blockKernels().rangeOf(values, most);
  const size = greatest - least + 1;
  return size > most ? null : { ids: values, least, size };
}

function greatestOf(codes: Int32Array): number {
  let greatest = 0;
  for (const code of codes) if (code > greatest) greatest = code;
  return greatest;
}
