import type { IntColumn, StringColumn } from './columns';
import { groupsSideBySide } from './group-rows';
import { moveRows } from './moved-rows';
import type { GroupLayout, RowLayout, Times } from './part';
import type { PartMemory } from './part-memory';
import { groupPartitioned } from './partitioned-rows';
import { sortGroups } from './time-order';
import { tiesOf, type TimeColumn } from './time-ties';

/**
 * Orders rows by group, and within a group by time, equal times in the order of the file. Linear but for groups out of order,
 * and next to nothing where the writer sorted its rows, as most do.
 * @param memory for what it comes to
 */
export function orderRows(column: IntColumn | StringColumn, times: TimeColumn, memory: PartMemory): RowLayout {
  const { order, groupStarts } = groupRows(column, memory);
  if (order === 'as-is') return orderWithin(groupStarts, times, memory);
  return withRanks(times.values, (numbers) => {
    const moved = moveRows(numbers, memory.doubles(numbers.length), order);
    sortGroups(order.places, moved, groupStarts);
    return { order, groupStarts, times: { values: moved } };
  });
}

/** Orders rows by group, those of a group in the order of the file. @param memory for what it comes to, where rows are to be moved */
export function groupRows(column: IntColumn | StringColumn, memory: PartMemory): GroupLayout {
  const side = groupsSideBySide(column);
  return side === null ? { ...groupPartitioned(column, memory), times: null } : { order: 'as-is', groupStarts: side, times: null };
}

/**
 * Orders the rows of groups that lie side by side by time, equal times in the order that they have.
 * @param memory for what is said of groups
 * @returns what has none of its arrays in common with those given, where rows are to be moved
 */
export function orderWithin(groupStarts: Int32Array, times: TimeColumn, memory: PartMemory): RowLayout {
  const ties = tiesOf(times, groupStarts, memory);
  if (ties !== null) return { order: 'as-is', groupStarts, times, ties };
  return withRanks(times.values, (numbers) => {
    const places = new Int32Array(numbers.length);
    for (let row = 0; row < places.length; row++) places[row] = row;
    const sorted = numbers.slice();
    sortGroups(places, sorted, groupStarts);
    return { order: { dealing: null, places }, groupStarts: groupStarts.slice(), times: { values: sorted } };
  });
}

/** Reading a 64-bit integer allocates; such times are rare, so their ranks are sorted instead. */
function withRanks(times: Times, orderBy: (numbers: Float64Array) => RowLayout): RowLayout {
  if (times instanceof Float64Array) return orderBy(times);
  const ascending = [...new Set<bigint>(times)].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const rankOf = new Map(ascending.map((time, rank) => [time, rank]));
  const byRank = orderBy(Float64Array.from(times, (time) => rankOf.get(time) ?? NaN));
  const sorted = new (times instanceof BigInt64Array ? BigInt64Array : BigUint64Array)(times.length);
  for (let row = 0; row < sorted.length; row++) sorted[row] = ascending[Number(byRank.times.values[row])];
  return { ...byRank, times: { values: sorted } };
}
