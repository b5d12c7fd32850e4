import type { IntColumn, StringColumn } from './columns';
import { groupsSideBySide } from './group-rows';
import type { GroupLayout, RowLayout, Times } from './part';
import { orderPartitioned, type OrderedGroups } from './partitioned-rows';
import { sortGroups } from './time-order';
import { tiesOf } from './time-ties';

/** File rows in the order of groups and time, or that they are in that order already. */
export type RowOrder = Int32Array | 'as-is';

/**
 * Orders rows by group, and within a group by time, equal times in the order of the file. Linear but for groups out of order,
 * and next to nothing where the writer sorted its rows, as most do.
 */
export function orderRows(column: IntColumn | StringColumn, times: Times): RowLayout {
  const groupStarts = groupsSideBySide(column);
  return groupStarts === null ? withRanks(times, (numbers) => orderPartitioned(column, numbers)) : orderWithin(groupStarts, times);
}

/** Orders rows by group, those of a group in the order of the file. */
export function groupRows(column: IntColumn | StringColumn): GroupLayout {
  const side = groupsSideBySide(column);
  if (side !== null) return { order: 'as-is', groupStarts: side, times: null };
  const { length } = column.type === 'STRING' ? column.codes : column.values;
  const { order, groupStarts } = orderPartitioned(column, new Float64Array(length));
  return { order, groupStarts, times: null };
}

/** Orders the rows of groups that lie side by side by time, equal times in the order that they have. */
export function orderWithin(groupStarts: Int32Array, times: Times): RowLayout {
  const tiedGroups = tiesOf(times, groupStarts);
  if (tiedGroups !== null) return { order: 'as-is', groupStarts, times, tiedGroups };
  return withRanks(times, (numbers) => {
    const order = new Int32Array(numbers.length);
    for (let row = 0; row < order.length; row++) order[row] = row;
    const sorted = numbers.slice();
    sortGroups(order, sorted, groupStarts);
    return { order, groupStarts, times: sorted };
  });
}

/** Reading a 64-bit integer allocates; such times are rare, so their ranks are sorted instead. */
function withRanks(times: Times, orderBy: (numbers: Float64Array) => OrderedGroups): RowLayout {
  if (times instanceof Float64Array) return orderBy(times);
  const ascending = [...new Set<bigint>(times)].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const rankOf = new Map(ascending.map((time, rank) => [time, rank]));
  const byRank = orderBy(Float64Array.from(times, (time) => rankOf.get(time) ?? NaN));
  const sorted = new (times instanceof BigInt64Array ? BigInt64Array : BigUint64Array)(times.length);
  for (let row = 0; row < sorted.length; row++) sorted[row] = ascending[byRank.times[row]];
  return { ...byRank, times: sorted };
}
