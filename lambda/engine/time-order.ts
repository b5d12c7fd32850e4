import { FEWEST_KERNEL_ROWS } from './kernels/grouping-kernel';
import { sortingKernelFor } from './kernels/sorting-kernel';
import { longestRange } from './moved-rows';

/** Insertion sort is faster than merging below about this many rows. */
const INSERTION_SORT_ROWS = 24;

/**
 * Sorts each group's rows by time, in place, equal times in the order that they have.
 * @param places of rows, those of each group side by side
 * @param times of these rows: moved along, so that comparing them does not jump about in memory
 */
export function sortGroups(places: Int32Array, times: Float64Array, groupStarts: Int32Array): void {
  const longest = longestRange(groupStarts);
  const kernel = places.length < FEWEST_KERNEL_ROWS ? null : sortingKernelFor(longest);
  if (kernel !== null) return kernel.sort(places, times, groupStarts);
  const scratch = { order: new Int32Array(longest), times: new Float64Array(longest) };
  for (let group = 0; group + 1 < groupStarts.length; group++) sortRange(places, times, groupStarts[group], groupStarts[group + 1], scratch);
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
