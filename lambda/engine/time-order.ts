import type { Times } from './part';

/** Insertion sort is faster than merging below about this many rows. */
const INSERTION_SORT_ROWS = 24;

/**
 * Sorts each group's rows by time, in place, equal times in the order of the file.
 * @param order rows of the file, those of each group side by side
 * @returns the rows' times in their new order
 */
export function sortByTime(order: Int32Array, times: Times, groupStarts: Int32Array): Times {
  if (times instanceof Float64Array) return sortDoubles(order, times, groupStarts);
  // Reading a 64-bit integer allocates; such times are rare, so their ranks are sorted instead.
  const ascending = [...new Set<bigint>(times)].sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const rankOf = new Map(ascending.map((time, rank) => [time, rank]));
  const ranks = sortDoubles(order, Float64Array.from(times, (time) => rankOf.get(time) ?? NaN), groupStarts);
  const sorted = new (times instanceof BigInt64Array ? BigInt64Array : BigUint64Array)(times.length);
  for (let row = 0; row < sorted.length; row++) sorted[row] = ascending[ranks[row]];
  return sorted;
}

/** Times are moved along with the rows: comparing them does not jump about in memory. */
function sortDoubles(order: Int32Array, times: Float64Array, groupStarts: Int32Array): Float64Array {
  const sorted = new Float64Array(order.length);
  for (let row = 0; row < order.length; row++) sorted[row] = times[order[row]];
  const longest = longestGroup(groupStarts);
  const scratch = { order: new Int32Array(longest), times: new Float64Array(longest) };
  for (let group = 0; group + 1 < groupStarts.length; group++) sortRange(order, sorted, groupStarts[group], groupStarts[group + 1], scratch);
  return sorted;
}

interface Scratch {
  readonly order: Int32Array;
  readonly times: Float64Array;
}

function sortRange(order: Int32Array, times: Float64Array, start: number, end: number, scratch: Scratch): void {
  if (end - start <= INSERTION_SORT_ROWS) {
    insertionSort(order, times, start, end);
    return;
  }
  const middle = (start + end) >>> 1;
  sortRange(order, times, start, middle, scratch);
  sortRange(order, times, middle, end, scratch);
  if (times[middle] < times[middle - 1]) merge(order, times, start, middle, end, scratch);
}

function insertionSort(order: Int32Array, times: Float64Array, start: number, end: number): void {
  for (let row = start + 1; row < end; row++) {
    const time = times[row];
    if (time >= times[row - 1]) continue;
    const moving = order[row];
    let place = row;
    do {
      order[place] = order[place - 1];
      times[place] = times[place - 1];
      place -= 1;
    } while (place > start && time < times[place - 1]);
    order[place] = moving;
    times[place] = time;
  }
}

function merge(order: Int32Array, times: Float64Array, start: number, middle: number, end: number, scratch: Scratch): void {
  const leftEnd = middle - start;
  scratch.order.set(order.subarray(start, middle));
  scratch.times.set(times.subarray(start, middle));
  let left = 0;
  let right = middle;
  for (let place = start; left < leftEnd; place++) {
    if (right < end && times[right] < scratch.times[left]) {
      order[place] = order[right];
      times[place] = times[right++];
    } else {
      order[place] = scratch.order[left];
      times[place] = scratch.times[left++];
    }
  }
}

function longestGroup(groupStarts: Int32Array): number {
  let longest = 0;
  for (let group = 0; group + 1 < groupStarts.length; group++) longest = Math.max(longest, groupStarts[group + 1] - groupStarts[group]);
  return longest;
}
