import type { Condition, Filter, Relation, Target } from '../query/expanded';
import { conjunction, disjunction } from './byte-masks';
import type { Column } from './columns';
import { compare } from './compare';
import { ExactSums } from './exact-sum';
import { GroupCounts } from './group-counts';
import type { GroupRanges } from './group-selection';
import type { Part } from './part';
import { integerSum, roundedSum } from './rounding';
import { rowAdder } from './row-adder';
import type { RowMask, RowMasks } from './row-masks';
import { stepsFound } from './sequence';

/** Per group 1 where it matches, else 0. */
export type GroupMask = Uint8Array;

/** Which groups match the conditions, as the relation combines them; all of them where there is no relation. */
export function matchGroups(conditions: readonly Condition[], relation: Relation | null, part: Part, groups: GroupRanges, masks: RowMasks): GroupMask {
  if (relation === null) return allGroups(groups);
  const known = new Map<number, GroupMask>();
  const counts = new GroupCounts(filtersToCount(conditions, relation), groups, masks);
  const matchesOf = (index: number): GroupMask => {
    const matches = known.get(index) ?? matchCondition(conditions[index], part, groups, masks, counts);
    known.set(index, matches);
    return matches;
  };
  return combine(relation, matchesOf);
}

function allGroups({ count }: GroupRanges): GroupMask {
  return new Uint8Array(count).fill(1);
}

function filtersToCount(conditions: readonly Condition[], relation: Relation): (readonly Filter[])[] {
  if (!('condition' in relation)) return relation.operands.flatMap((operand) => filtersToCount(conditions, operand));
  const condition = conditions[relation.condition];
  return condition.kind === 'rows' && condition.target.type === 'count' ? [condition.filters] : [];
}

function combine(relation: Relation, matchesOf: (condition: number) => GroupMask): GroupMask {
  if ('condition' in relation) return matchesOf(relation.condition);
  const masks = relation.operands.map((operand) => combine(operand, matchesOf));
  return relation.op === 'and' ? conjunction(masks) : disjunction(masks);
}

function matchCondition(condition: Condition, part: Part, groups: GroupRanges, masks: RowMasks, counts: GroupCounts): GroupMask {
  if (condition.kind === 'sequence') {
    const steps = condition.sequence.steps.length;
    const found = stepsFound(condition.sequence, part, groups, allGroups(groups), masks);
    for (let group = 0; group < groups.count; group++) found[group] = Number(found[group] === steps);
    return found;
  }
  const { filters, target, includeZero } = condition;
  return target.type === 'count' ? matchCounts(counts.of(filters), target, includeZero) : matchSums(masks.all(filters), target, part, groups);
}

/** Most counts are small: whether they match is judged once for each. */
const JUDGED_AT_ONCE = 256;

function matchCounts(counts: Int32Array, { op, value }: Extract<Target, { type: 'count' }>, includeZero: boolean): GroupMask {
  const judged = Uint8Array.from({ length: JUDGED_AT_ONCE }, (_, count) => (count === 0 ? Number(includeZero) : Number(compare(count, op, value))));
  const mask = new Uint8Array(counts.length);
  for (let group = 0; group < mask.length; group++) {
    const count = counts[group];
    mask[group] = count < JUDGED_AT_ONCE ? judged[count] : Number(compare(count, op, value));
  }
  return mask;
}

function matchSums(rows: RowMask, { column: name, op, value }: Extract<Target, { type: 'sum' }>, part: Part, { count, starts, ends }: GroupRanges): GroupMask {
  const column = part.column(name);
  const sum = rowSummer(column);
  const mask = new Uint8Array(count);
  for (let group = 0; group < count; group++) {
    const ofGroup = sum(rows, starts[group], ends[group]);
    mask[group] = ofGroup !== null && compare(ofGroup, op, value) ? 1 : 0;
  }
  return mask;
}

/** The exact sum of a column over masked rows, nulls skipped; floats rounded once, integers not at all; null for no masked row. */
function rowSummer(column: Column): (mask: RowMask, start: number, end: number) => number | bigint | null {
  const sums = new ExactSums(1);
  const addRow = rowAdder(column, sums);
  const total = column.type === 'INT' ? integerSum : roundedSum;
  return (mask, start, end) => {
    let row = start;
    while (row < end && mask[row] === 0) row++;
    if (row === end) return null;
    sums.clear(0);
    for (; row < end; row++) if (mask[row] === 1) addRow(0, row);
    return total(sums.termsOf(0));
  };
}
