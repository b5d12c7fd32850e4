import type { ClassifiedGroups } from './aggregate';
import type { Codes, StoredCodes } from './codes';
import type { PartKernels } from './kernels/part-kernels';

/** Rows per class and value, and groups that have such a row; null where nobody asked for groups. */
export interface ValueCounts {
  /** At `class * (size + 1) + code + 1`; the entry before a class's first value counts its nulls. */
  readonly rows: Int32Array;
  readonly groups: Int32Array | null;
}

/**
 * Counts rows, and where asked groups, in one pass for all aggregations of a column. Nulls are counted like a value, and
 * a value's first row in a group adds 1 where any other adds 0: nothing branches on what a row holds, which made it
 * four times as fast.
 *
 * @param codes below `size`
 * @param kernels where the codes are known to them
 */
export function countValues(codes: Codes, size: number, groups: ClassifiedGroups, withGroups: boolean, kernels: PartKernels | null): ValueCounts {
  const rows = new Int32Array(groups.classCount * (size + 1));
  if (!withGroups) {
    countRows(codes.stored, size, groups, rows);
    return { rows, groups: null };
  }
  const byKernels = kernels?.countValues(codes, size + 1, groups.ranges, groups.classOf, groups.classCount) ?? null;
  if (byKernels !== null) return byKernels;
  const counted = new Int32Array(rows.length);
  countRowsAndGroups(codes.integers, size, groups, rows, counted);
  return { rows, groups: counted };
}

function countRows({ codes, first }: StoredCodes, size: number, { ranges, classOf }: ClassifiedGroups, rows: Int32Array): void {
  const { count, starts, ends } = ranges;
  for (let group = 0; group < count; group++) {
    if (classOf[group] === 0) continue;
    const base = (classOf[group] - 1) * (size + 1) + first;
    const end = ends[group];
    for (let row = starts[group]; row < end; row++) rows[base + codes[row]] += 1;
  }
}

function countRowsAndGroups(codes: Int32Array, size: number, { ranges, classOf }: ClassifiedGroups, rows: Int32Array, groups: Int32Array): void {
  const { count, starts, ends } = ranges;
  const lastGroup = new Int32Array(size + 1).fill(-1);
  for (let group = 0; group < count; group++) {
    if (classOf[group] === 0) continue;
    const base = (classOf[group] - 1) * (size + 1);
    const end = ends[group];
    for (let row = starts[group]; row < end; row++) {
      const place = codes[row] + 1;
      rows[base + place] += 1;
      groups[base + place] += Number(lastGroup[place] !== group);
      lastGroup[place] = group;
    }
  }
}
