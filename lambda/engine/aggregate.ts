import type { Aggregation, OtherColumnAggregation } from '../query/expanded';
import type { Column } from './columns';
import { countAggregations } from './count-aggregations';
import type { GroupRanges } from './group-selection';
import { nullsOf } from './nulls';
import type { Part } from './part';
import type { PartialAggregation } from './partial';
import { countValues } from './value-counts';
import { addLaterClasses, sumValues } from './value-sums';
import { codesPresent, countsOf, keysOf } from './values-present';

/** Groups sorted into classes: aggregations are computed for each class in one pass over the rows. */
export interface ClassifiedGroups {
  readonly ranges: GroupRanges;
  /** Per group its class, 1 to `classCount`, or 0 for a group that takes no part. */
  readonly classOf: Uint8Array;
  readonly classCount: number;
}

/**
 * Aggregates over all rows of the classified groups.
 * @returns per aggregation one result per class, where class k counts the groups of all classes ≥ k: a funnel's group
 *   that came as far as step 3 also counts at steps 1 and 2, and each of its rows is looked at once.
 * @throws ResultLimitError where there are more distinct values than a result may hold.
 */
export function aggregateAll(aggregations: readonly Aggregation[], part: Part, groups: ClassifiedGroups): PartialAggregation[][] {
  const countOf = countAggregations(aggregations, part, {
    classCount: groups.classCount,
    perValue: (codes, size, withGroups) => {
      const counts = countValues(codes, size, groups, withGroups, part.kernelsFor(codes, size));
      addLaterClasses(counts.rows, size + 1);
      if (counts.groups !== null) addLaterClasses(counts.groups, size + 1);
      return counts;
    },
    present: (column) => countPresent(column, groups),
  });
  return aggregations.map((aggregation) => {
    switch (aggregation.type) {
      case 'count':
      case 'countPerValue':
      case 'groupsPerValue':
        return countOf(aggregation);
      case 'sumPerValue':
      case 'meanPerValue':
        return sumPerValue(aggregation, part, groups);
    }
  });
}

function countPresent(column: Column, { ranges, classOf, classCount }: ClassifiedGroups): Int32Array {
  const nulls = nullsOf(column);
  const counts = new Int32Array(classCount);
  for (let group = 0; group < ranges.count; group++) {
    if (classOf[group] === 0) continue;
    let inGroup = ranges.ends[group] - ranges.starts[group];
    if (nulls !== null) for (let row = ranges.starts[group]; row < ranges.ends[group]; row++) inGroup -= nulls[row];
    counts[classOf[group] - 1] += inGroup;
  }
  addLaterClasses(counts, 1);
  return counts;
}

function sumPerValue(aggregation: OtherColumnAggregation, part: Part, groups: ClassifiedGroups): PartialAggregation[] {
  const { codes, size, keyOf } = part.valueCodes(aggregation.column);
  const { rows, counts, sums } = sumValues(codes, size, aggregation.otherColumn, part, groups);
  addLaterClasses(rows, size + 1);
  addLaterClasses(counts, size + 1);
  const integer = part.column(aggregation.otherColumn).type === 'INT';
  return Array.from({ length: groups.classCount }, (_, classIndex) => {
    const base = classIndex * (size + 1) + 1;
    const present = codesPresent(rows.subarray(base, base + size), aggregation);
    return {
      type: 'sums',
      integer,
      keys: keysOf(present, keyOf),
      counts: countsOf(present, counts.subarray(base)),
      sums: sums.select(present.map((code) => base + code)),
    };
  });
}
