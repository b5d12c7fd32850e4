import type { GroupedRows } from './group-rows';
import type { Times } from './part';
import { sortByTime } from './time-order';

/** File rows in the order of groups and time, or that they are in that order already. */
export type RowOrder = Int32Array | 'as-is';

/**
 * Orders rows by group, and within a group by time: a counting sort over groups, and a sort of those groups that are out
 * of order. Linear, and next to nothing where the writer sorted its rows, as most do.
 */
export function orderRows({ groupStarts, groupOf }: GroupedRows, times: Times): { order: RowOrder; times: Times } {
  if (groupOf === null && ascendWithin(times, groupStarts)) return { order: 'as-is', times };
  const order = groupOf === null ? Int32Array.from({ length: times.length }, (_, row) => row) : sideBySide(groupOf, groupStarts);
  return { order, times: sortByTime(order, times, groupStarts) };
}

function sideBySide(groupOf: Int32Array, groupStarts: Int32Array): Int32Array {
  const next = groupStarts.slice();
  const order = new Int32Array(groupOf.length);
  for (let row = 0; row < order.length; row++) order[next[groupOf[row]]++] = row;
  return order;
}

/**
 * Whether no group has a row that is earlier than the row before it: all such rows start a group. Counting them without
 * a branch is faster than a loop per group, whose ends no processor can foresee.
 */
function ascendWithin(times: Times, groupStarts: Int32Array): boolean {
  let descents = 0;
  for (let row = 1; row < times.length; row++) descents += Number(times[row] < times[row - 1]);
  for (let group = 1; group + 1 < groupStarts.length; group++) descents -= Number(times[groupStarts[group]] < times[groupStarts[group] - 1]);
  return descents === 0;
}
