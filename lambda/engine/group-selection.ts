import type { Numeric } from '../query/expanded';
import type { Part, Times } from './part';

/**
 * The groups of a part that have rows within the timeframe, and those rows: since a group's rows are in time order,
 * they are a range.
 */
export interface GroupRanges {
  readonly count: number;
  /** Rows of all these groups. */
  readonly rows: number;
  /** First row of each group, and the row after its last. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The groups' numbers in the part; null where they are all of its groups. */
  readonly numbers: Int32Array | null;
}

/** @param timeframe rows with from <= time < to take part; null: no bound. */
export function groupsWithin(timeframe: { readonly from: Numeric | null; readonly to: Numeric | null }, part: Part): GroupRanges {
  const { groupStarts, groupCount } = part;
  const { from, to } = timeframe;
  if (from === null && to === null) return { count: groupCount, rows: part.rowCount, starts: groupStarts.subarray(0, groupCount), ends: groupStarts.subarray(1), numbers: null };

  const { times } = part;
  const starts = new Int32Array(groupCount);
  const ends = new Int32Array(groupCount);
  const numbers = new Int32Array(groupCount);
  let count = 0;
  let rows = 0;
  for (let group = 0; group < groupCount; group++) {
    let start = groupStarts[group];
    let end = groupStarts[group + 1];
    if (from !== null && times[start] < from) start = firstAtOrAfter(times, from, start, end);
    if (to !== null && start < end && times[end - 1] >= to) end = firstAtOrAfter(times, to, start, end);
    if (start < end) {
      starts[count] = start;
      ends[count] = end;
      numbers[count] = group;
      count += 1;
      rows += end - start;
    }
  }
  return { count, rows, starts: starts.subarray(0, count), ends: ends.subarray(0, count), numbers: numbers.subarray(0, count) };
}

/** Per group 1 where two of its rows may share a time. */
export function tiedWithin({ numbers }: GroupRanges, part: Part): Uint8Array {
  const tied = part.ties().tiedGroups;
  if (numbers === null) return tied;
  const within = new Uint8Array(numbers.length);
  for (let index = 0; index < within.length; index++) within[index] = tied[numbers[index]];
  return within;
}

function firstAtOrAfter(times: Times, bound: Numeric, start: number, end: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
