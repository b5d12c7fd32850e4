import type { Target } from '../query/expanded';
import type { Column } from './columns';
import { compare } from './compare';
import { ExactSums } from './exact-sum';
import type { GroupRanges } from './group-selection';
import { rowAdder } from './row-adder';
import type { RowMask } from './row-masks';

type SumTarget = Extract<Target, { type: 'sum' }>;

/** Twice what an addition of doubles errs by at most, relative to its result. */
const ADDITION_ERROR = 2 ** -52;

/**
 * Per group 1 where the column's exact sum over masked rows, nulls skipped, is as the target says: floats rounded once, integers
 * not at all. A group without a masked row has no sum, and 0.
 */
export function matchSums(rows: RowMask, column: Column, target: SumTarget, groups: GroupRanges): Uint8Array {
  const exactly = exactJudge(rows, column, target);
  if (column.type !== 'BOOL' && column.type !== 'STRING' && column.values instanceof Float64Array) {
    return judgePlainSums(rows, column.values, column.type === 'INT', target, groups, exactly);
  }
  const matching = new Uint8Array(groups.count);
  for (let group = 0; group < groups.count; group++) matching[group] = Number(exactly(groups.starts[group], groups.ends[group]));
  return matching;
}

/**
 * By plain sums, wherever their error cannot matter: n additions err by less than n × 2^−53 of the sum of magnitudes (N. J. Higham,
 * "Accuracy and Stability of Numerical Algorithms", 2nd ed., 4.2), and integers by nothing as long as that is within 2^53.
 * @param exactly judges the rows of a group as they have to be where that does not tell
 */
function judgePlainSums(rows: RowMask, values: Float64Array, ofIntegers: boolean, { op, value }: SumTarget, { count, starts, ends }: GroupRanges, exactly: (start: number, end: number) => boolean): Uint8Array {
  const bound = Number(value);
  const matching = new Uint8Array(count);
  for (let group = 0; group < count; group++) {
    let masked = 0;
    let sum = 0;
    let magnitude = 0;
    for (let row = starts[group]; row < ends[group]; row++) {
      if (rows[row] === 0) continue;
      masked += 1;
      const each = values[row];
      // NaN is the null of floats; integers have 0 there.
      if (each !== each) continue;
      sum += each;
      magnitude += Math.abs(each);
    }
    if (masked === 0) continue;
    // Two more for the difference, and for the bound as a double.
    const isExact = ofIntegers && magnitude <= Number.MAX_SAFE_INTEGER;
    const isCertain = isExact || Math.abs(sum - bound) > (masked + 2) * ADDITION_ERROR * (magnitude + Math.abs(bound));
    matching[group] = Number(isCertain ? compare(sum, op, value) : exactly(starts[group], ends[group]));
  }
  return matching;
}

function exactJudge(rows: RowMask, column: Column, { op, value }: SumTarget): (start: number, end: number) => boolean {
  const sums = new ExactSums(1);
  const addRow = rowAdder(column, sums);
  return (start, end) => {
    let row = start;
    while (row < end && rows[row] === 0) row++;
    if (row === end) return false;
    sums.clear(0);
    for (; row < end; row++) if (rows[row] === 1) addRow(0, row);
    return compare(sums.total(0, column.type === 'INT'), op, value);
  };
}
