import type { Times } from './part';
import type { ValueCodes } from './value-codes';

/** File rows in the order of groups and time, or that they are in that order already. */
export type RowOrder = Int32Array | 'as-is';

/**
 * Orders rows by group (in order of first appearance), and within a group by time.
 * A counting sort over groups, then a merge sort within those groups that are out of order: linear where the writer
 * sorted its rows, as most do.
 */
export function orderRows(groups: ValueCodes, times: Times): { order: RowOrder; groupStarts: Int32Array } {
  const { codes } = groups;
  const rows = codes.length;
  const { groupOf, groupStarts } = numberGroups(groups);
  const next = groupStarts.slice();
  const order = new Int32Array(rows);
  for (let row = 0; row < rows; row++) order[next[groupOf[codes[row]]]++] = row;

  const scratch = new Int32Array(longestGroup(groupStarts));
  for (let group = 0; group + 1 < groupStarts.length; group++) sortByTime(order, times, groupStarts[group], groupStarts[group + 1], scratch);
  return { order: isIdentity(order) ? 'as-is' : order, groupStarts };
}

function numberGroups({ codes, size }: ValueCodes): { groupOf: Int32Array; groupStarts: Int32Array } {
  const groupOf = new Int32Array(size).fill(-1);
  const counts = new Int32Array(size);
  let groupCount = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (groupOf[code] === -1) groupOf[code] = groupCount++;
    counts[groupOf[code]]++;
  }
  const groupStarts = new Int32Array(groupCount + 1);
  for (let group = 0; group < groupCount; group++) groupStarts[group + 1] = groupStarts[group] + counts[group];
  return { groupOf, groupStarts };
}

/** Insertion sort is faster than merging below about this many rows. */
const INSERTION_SORT_ROWS = 24;

function sortByTime(order: Int32Array, times: Times, start: number, end: number, scratch: Int32Array): void {
  let row = start + 1;
  while (row < end && !(times[order[row]] < times[order[row - 1]])) row++;
  if (row >= end) return;
  if (end - start <= INSERTION_SORT_ROWS) {
    insertionSort(order, times, start, row, end);
    return;
  }
  const middle = (start + end) >>> 1;
  sortByTime(order, times, start, middle, scratch);
  sortByTime(order, times, middle, end, scratch);
  merge(order, times, start, middle, end, scratch);
}

function insertionSort(order: Int32Array, times: Times, start: number, firstUnsorted: number, end: number): void {
  for (let row = firstUnsorted; row < end; row++) {
    const moving = order[row];
    let place = row;
    while (place > start && times[moving] < times[order[place - 1]]) {
      order[place] = order[place - 1];
      place -= 1;
    }
    order[place] = moving;
  }
}

function merge(order: Int32Array, times: Times, start: number, middle: number, end: number, scratch: Int32Array): void {
  scratch.set(order.subarray(start, middle));
  const leftEnd = middle - start;
  let left = 0;
  let right = middle;
  let place = start;
  while (left < leftEnd && right < end) {
    order[place++] = times[order[right]] < times[scratch[left]] ? order[right++] : scratch[left++];
  }
  order.set(scratch.subarray(left, leftEnd), place);
}

function longestGroup(groupStarts: Int32Array): number {
  let longest = 0;
  for (let group = 0; group + 1 < groupStarts.length; group++) longest = Math.max(longest, groupStarts[group + 1] - groupStarts[group]);
  return longest;
}

function isIdentity(order: Int32Array): boolean {
  for (let row = 0; row < order.length; row++) if (order[row] !== row) return false;
  return true;
}
