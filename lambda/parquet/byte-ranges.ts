/** Reading the bytes between two ranges is cheaper than another request up to this distance. */
const NEAR = 64 * 1024;
/** Ranges are not joined beyond this many bytes, so that decoding begins before all have arrived. */
export const LARGEST_JOINT = 8 * 2 ** 20;

export interface ByteRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** Ranges to read at once, and what was asked for in each. */
export interface CoalescedRange<Wanted extends ByteRange> extends ByteRange {
  readonly wanted: readonly Wanted[];
}

/** Joins ranges that touch or nearly do, up to some size, in the order of the file. */
export function coalesce<Wanted extends ByteRange>(ranges: readonly Wanted[]): CoalescedRange<Wanted>[] {
  const coalesced: { start: number; end: number; wanted: Wanted[] }[] = [];
  for (const range of [...ranges].sort((left, right) => left.start - right.start)) {
    const last = coalesced.at(-1);
    if (last !== undefined && range.start - last.end <= NEAR && Math.max(last.end, range.end) - last.start <= LARGEST_JOINT) {
      last.end = Math.max(last.end, range.end);
      last.wanted.push(range);
    } else coalesced.push({ start: range.start, end: range.end, wanted: [range] });
  }
  return coalesced;
}
