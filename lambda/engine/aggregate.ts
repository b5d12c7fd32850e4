import type { Aggregation, OtherColumnAggregation, PerValueAggregation } from '../query/expanded';
import type { Column } from './columns';
import { ResultLimitError } from './errors';
import { ExactSums } from './exact-sum';
import type { GroupRanges } from './group-selection';
import { MAX_DISTINCT_VALUES } from './limits';
import type { Part } from './part';
import type { PartialAggregation } from './partial';
import { rowAdder } from './row-adder';

/** Groups sorted into classes: aggregations are computed for each class in one pass over the rows. */
export interface ClassifiedGroups {
  readonly ranges: GroupRanges;
  /** Per group its class, 1 to `classCount`, or 0 for a group that takes no part. */
  readonly classOf: Uint8Array;
  readonly classCount: number;
}

/**
 * Aggregates over all rows of the classified groups.
 * @returns one result per class, where class k counts the groups of all classes ≥ k: a funnel's group that came as far
 *   as step 3 also counts at steps 1 and 2, and each of its rows is looked at once.
 * @throws ResultLimitError where there are more distinct values than a result may hold.
 */
export function aggregate(aggregation: Aggregation, part: Part, groups: ClassifiedGroups): PartialAggregation[] {
  switch (aggregation.type) {
    case 'count':
      return countNonNull(part.column(aggregation.column), groups);
    case 'countPerValue':
    case 'groupsPerValue':
      return countPerValue(aggregation, part, groups);
    case 'sumPerValue':
    case 'meanPerValue':
      return sumPerValue(aggregation, part, groups);
  }
}

function countNonNull(column: Column, groups: ClassifiedGroups): PartialAggregation[] {
  const isNull = nullTest(column);
  const counts = new Float64Array(groups.classCount);
  forEachGroup(groups, (start, end, classIndex) => {
    let count = 0;
    for (let row = start; row < end; row++) if (!isNull(row)) count += 1;
    counts[classIndex] += count;
  });
  addFromLaterClasses(counts, 1);
  return Array.from(counts, (count) => ({ type: 'count', count }));
}

function countPerValue(aggregation: PerValueAggregation, part: Part, groups: ClassifiedGroups): PartialAggregation[] {
  const values = part.valueCodes(aggregation.column);
  const { codes, size } = values;
  const counts = new Float64Array(groups.classCount * size);
  if (aggregation.type === 'countPerValue') {
    forEachGroup(groups, (start, end, classIndex) => {
      const base = classIndex * size;
      for (let row = start; row < end; row++) if (codes[row] !== -1) counts[base + codes[row]] += 1;
    });
  } else {
    const lastGroup = new Int32Array(size).fill(-1);
    forEachGroup(groups, (start, end, classIndex, group) => {
      const base = classIndex * size;
      for (let row = start; row < end; row++) {
        const code = codes[row];
        if (code === -1 || lastGroup[code] === group) continue;
        lastGroup[code] = group;
        counts[base + code] += 1;
      }
    });
  }
  addFromLaterClasses(counts, size);
  return perClass(groups, (classIndex) => {
    const present = codesPresent(counts.subarray(classIndex * size, (classIndex + 1) * size), aggregation);
    return { type: 'counts', keys: Array.from(present, (code) => values.keyOf(code)), counts: Float64Array.from(present, (code) => counts[classIndex * size + code]) };
  });
}

function sumPerValue(aggregation: OtherColumnAggregation, part: Part, groups: ClassifiedGroups): PartialAggregation[] {
  const values = part.valueCodes(aggregation.column);
  const { codes, size } = values;
  const summed = part.column(aggregation.otherColumn);
  const slots = groups.classCount * size;
  const rows = new Float64Array(slots);
  const counts = new Float64Array(slots);
  const sums = new ExactSums(slots);
  const addRow = rowAdder(summed, sums);
  forEachGroup(groups, (start, end, classIndex) => {
    const base = classIndex * size;
    for (let row = start; row < end; row++) {
      if (codes[row] === -1) continue;
      const slot = base + codes[row];
      rows[slot] += 1;
      if (addRow(slot, row)) counts[slot] += 1;
    }
  });
  addFromLaterClasses(rows, size);
  for (let slot = slots - size - 1; slot >= 0; slot--) if (rows[slot + size] > 0) sums.addSlot(slot, slot + size);
  addFromLaterClasses(counts, size);
  return perClass(groups, (classIndex) => {
    const base = classIndex * size;
    const present = codesPresent(rows.subarray(base, base + size), aggregation);
    return {
      type: 'sums',
      integer: summed.type === 'INT',
      keys: Array.from(present, (code) => values.keyOf(code)),
      counts: Float64Array.from(present, (code) => counts[base + code]),
      sums: sums.select(present.map((code) => base + code)),
    };
  });
}

function forEachGroup(groups: ClassifiedGroups, visit: (start: number, end: number, classIndex: number, group: number) => void): void {
  const { ranges, classOf } = groups;
  for (let group = 0; group < ranges.count; group++) {
    if (classOf[group] > 0) visit(ranges.starts[group], ranges.ends[group], classOf[group] - 1, group);
  }
}

function perClass(groups: ClassifiedGroups, resultOf: (classIndex: number) => PartialAggregation): PartialAggregation[] {
  return Array.from({ length: groups.classCount }, (_, classIndex) => resultOf(classIndex));
}

function addFromLaterClasses(counts: Float64Array, size: number): void {
  for (let slot = counts.length - size - 1; slot >= 0; slot--) counts[slot] += counts[slot + size];
}

function codesPresent(rows: Float64Array, aggregation: Aggregation): Int32Array {
  let present = 0;
  for (let code = 0; code < rows.length; code++) if (rows[code] > 0) present += 1;
  if (present > MAX_DISTINCT_VALUES) throw new ResultLimitError(describe(aggregation), MAX_DISTINCT_VALUES);
  const codes = new Int32Array(present);
  for (let code = 0, place = 0; code < rows.length; code++) if (rows[code] > 0) codes[place++] = code;
  return codes;
}

/** The aggregation as an error message names it. */
export function describe(aggregation: Aggregation): string {
  return `${aggregation.name === null ? '' : `'${aggregation.name}', `}${aggregation.type} of column '${aggregation.column}'`;
}

function nullTest(column: Column): (row: number) => boolean {
  switch (column.type) {
    case 'INT': {
      const { nulls } = column;
      return nulls === null ? () => false : (row) => nulls[row] === 1;
    }
    case 'FLOAT':
      return (row) => Number.isNaN(column.values[row]);
    case 'BOOL':
      return (row) => column.values[row] === 2;
    case 'STRING':
      return (row) => column.codes[row] === -1;
  }
}
