import type { Aggregation, CountAggregation, OtherColumnAggregation, PerValueAggregation } from '../query/expanded';
import type { Column } from './columns';
import { ResultLimitError } from './errors';
import type { GroupRanges } from './group-selection';
import { MAX_DISTINCT_VALUES } from './limits';
import { nullsOf } from './nulls';
import type { Part } from './part';
import type { PartialAggregation } from './partial';
import { countValues, type ValueCounts } from './value-counts';
import { addLaterClasses, sumValues } from './value-sums';

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
  const counted = new Map<string, ValueCounts>();
  const countsOf = (column: string): ValueCounts => {
    const known = counted.get(column);
    if (known !== undefined) return known;
    const withGroups = aggregations.some((each) => each.type === 'groupsPerValue' && each.column === column);
    const { codes, size } = part.valueCodes(column);
    const counts = countValues(codes, size, groups, withGroups, part.kernelsFor(codes, size));
    addLaterClasses(counts.rows, size + 1);
    if (counts.groups !== null) addLaterClasses(counts.groups, size + 1);
    counted.set(column, counts);
    return counts;
  };
  return aggregations.map((aggregation) => {
    switch (aggregation.type) {
      case 'count':
        return count(aggregation, aggregations, countsOf, part, groups);
      case 'countPerValue':
      case 'groupsPerValue':
        return countPerValue(aggregation, countsOf(aggregation.column), part, groups);
      case 'sumPerValue':
      case 'meanPerValue':
        return sumPerValue(aggregation, part, groups);
    }
  });
}

/** Rows of all values, where these are counted anyway; else rows that are not null. */
function count(
  { column: name }: CountAggregation,
  aggregations: readonly Aggregation[],
  countsOf: (column: string) => ValueCounts,
  part: Part,
  groups: ClassifiedGroups,
): PartialAggregation[] {
  const column = part.column(name);
  const isCounted = aggregations.some((each) => each.column === name && (each.type === 'countPerValue' || each.type === 'groupsPerValue'));
  if (!isCounted) return Array.from(countNonNull(column, groups), (count) => ({ type: 'count', count }));
  const { rows } = countsOf(name);
  const { size } = part.valueCodes(name);
  return perClass(groups, (classIndex) => {
    const ofValues = rows.subarray(classIndex * (size + 1) + 1, (classIndex + 1) * (size + 1));
    return { type: 'count', count: ofValues.reduce((sum, ofValue) => sum + ofValue, 0) };
  });
}

function countNonNull(column: Column, { ranges, classOf, classCount }: ClassifiedGroups): Int32Array {
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

function countPerValue(aggregation: PerValueAggregation, counted: ValueCounts, part: Part, groups: ClassifiedGroups): PartialAggregation[] {
  const { size, keyOf } = part.valueCodes(aggregation.column);
  const counts = aggregation.type === 'groupsPerValue' && counted.groups !== null ? counted.groups : counted.rows;
  return perClass(groups, (classIndex) => {
    const ofClass = counts.subarray(classIndex * (size + 1) + 1, (classIndex + 1) * (size + 1));
    const present = codesPresent(ofClass, aggregation);
    return { type: 'counts', keys: keysOf(present, keyOf), counts: countsOf(present, ofClass) };
  });
}

function sumPerValue(aggregation: OtherColumnAggregation, part: Part, groups: ClassifiedGroups): PartialAggregation[] {
  const { codes, size, keyOf } = part.valueCodes(aggregation.column);
  const { rows, counts, sums } = sumValues(codes, size, aggregation.otherColumn, part, groups);
  addLaterClasses(rows, size + 1);
  addLaterClasses(counts, size + 1);
  const integer = part.column(aggregation.otherColumn).type === 'INT';
  return perClass(groups, (classIndex) => {
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

function perClass(groups: ClassifiedGroups, resultOf: (classIndex: number) => PartialAggregation): PartialAggregation[] {
  return Array.from({ length: groups.classCount }, (_, classIndex) => resultOf(classIndex));
}

function codesPresent(rows: Int32Array, aggregation: Aggregation): Int32Array {
  let present = 0;
  for (let code = 0; code < rows.length; code++) if (rows[code] > 0) present += 1;
  if (present > MAX_DISTINCT_VALUES) throw new ResultLimitError(describe(aggregation), MAX_DISTINCT_VALUES);
  const codes = new Int32Array(present);
  for (let code = 0, place = 0; code < rows.length; code++) if (rows[code] > 0) codes[place++] = code;
  return codes;
}

/** By loops here and below: `from` takes many times as long, and there may be a million. */
function keysOf(codes: Int32Array, keyOf: (code: number) => string): string[] {
  const keys = new Array<string>(codes.length);
  for (let index = 0; index < codes.length; index++) keys[index] = keyOf(codes[index]);
  return keys;
}

function countsOf(codes: Int32Array, ofCodes: Int32Array): Float64Array {
  const counts = new Float64Array(codes.length);
  for (let index = 0; index < codes.length; index++) counts[index] = ofCodes[codes[index]];
  return counts;
}

/** The aggregation as an error message names it. */
export function describe(aggregation: Aggregation): string {
  return `${aggregation.name === null ? '' : `'${aggregation.name}', `}${aggregation.type} of column '${aggregation.column}'`;
}
