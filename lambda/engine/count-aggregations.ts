import type { Aggregation, CountAggregation, PerValueAggregation } from '../query/expanded';
import type { Codes } from './codes';
import type { Column } from './columns';
import type { PartColumns } from './part-columns';
import type { PartialAggregation } from './partial';
import type { ValueCounts } from './value-counts';
import { codesPresent, countsOf, keysOf } from './values-present';

/** Counts rows, in whatever order they are: of class k those of all classes ≥ k. */
export interface RowCounter {
  readonly classCount: number;
  /** Per class and value. @param withGroups whether groups are to be counted as well */
  readonly perValue: (codes: Codes, size: number, withGroups: boolean) => ValueCounts;
  /** Per class, of rows that are not null. */
  readonly present: (column: Column) => Int32Array;
}

/**
 * What gives the results of aggregations that count, one per class: each column is counted once for all of them.
 * @param all of a query, whatever they ask for
 */
export function countAggregations(all: readonly Aggregation[], columns: PartColumns, counter: RowCounter): (aggregation: CountAggregation | PerValueAggregation) => PartialAggregation[] {
  const counted = new Map<string, ValueCounts>();
  const countsOfColumn = (name: string): ValueCounts => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    const { codes, size } = columns.valueCodes(name);
    const counts = counter.perValue(codes, size, all.some((each) => each.type === 'groupsPerValue' && each.column === name));
    counted.set(name, counts);
    return counts;
  };
  return (aggregation) => {
    const { type, column } = aggregation;
    if (type === 'count' && !isCountedPerValue(column, all)) return Array.from(counter.present(columns.column(column)), (count) => ({ type, count }));
    const { rows, groups } = countsOfColumn(column);
    const { size, keyOf } = columns.valueCodes(column);
    const counts = type === 'groupsPerValue' && groups !== null ? groups : rows;
    return Array.from({ length: counter.classCount }, (_, classIndex) => {
      const ofClass = counts.subarray(classIndex * (size + 1) + 1, (classIndex + 1) * (size + 1));
      if (type === 'count') return { type, count: ofClass.reduce((sum, ofValue) => sum + ofValue, 0) };
      const present = codesPresent(ofClass, aggregation);
      return { type: 'counts', keys: keysOf(present, keyOf), counts: countsOf(present, ofClass) };
    });
  };
}

/** Whether a column's rows are counted per value anyway: their sum is the count of those that are not null. */
export function isCountedPerValue(column: string, all: readonly Aggregation[]): boolean {
  return all.some((each) => each.column === column && (each.type === 'countPerValue' || each.type === 'groupsPerValue'));
}
