import type { Condition, Filter, Relation, Target } from '../query/expanded';
import type { Column } from './columns';
import { compare } from './compare';
import { ExactSums } from './exact-sum';
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
  const matchesOf = (index: number): GroupMask => {
    const matches = known.get(index) ?? matchCondition(conditions[index], part, groups, masks);
    known.set(index, matches);
    return matches;
  };
  return combine(relation, matchesOf);
}

function allGroups({ count }: GroupRanges): GroupMask {
  return new Uint8Array(count).fill(1);
}

function combine(relation: Relation, matchesOf: (condition: number) => GroupMask): GroupMask {
  if ('condition' in relation) return matchesOf(relation.condition);
  const [first, ...rest] = relation.operands.map((operand) => combine(operand, matchesOf));
  const combined = first.slice();
  for (const mask of rest) {
    if (relation.op === 'and') for (let group = 0; group < combined.length; group++) combined[group] &= mask[group];
    else for (let group = 0; group < combined.length; group++) combined[group] |= mask[group];
  }
  return combined;
}

function matchCondition(condition: Condition, part: Part, groups: GroupRanges, masks: RowMasks): GroupMask {
  if (condition.kind === 'sequence') {
    const steps = condition.sequence.steps.length;
    const found = stepsFound(condition.sequence, part, groups, allGroups(groups), masks);
    for (let group = 0; group < groups.count; group++) found[group] = found[group] === steps ? 1 : 0;
    return found;
  }
  return matchRows(condition.filters, condition.target, condition.includeZero, part, groups, masks);
}

function matchRows(filters: readonly Filter[], target: Target, includeZero: boolean, part: Part, groups: GroupRanges, masks: RowMasks): GroupMask {
  const rows = masks.all(filters);
  if (target.type === 'count') {
    return maskOf(groups, (start, end) => {
      const matching = countRows(rows, start, end);
      return matching === 0 ? includeZero : compare(matching, target.op, target.value);
    });
  }
  const column = part.column(target.column);
  const sum = rowSummer(column);
  return maskOf(groups, (start, end) => countRows(rows, start, end) > 0 && compare(sum(rows, start, end), target.op, target.value));
}

function maskOf(groups: GroupRanges, matches: (start: number, end: number) => boolean): GroupMask {
  const mask = new Uint8Array(groups.count);
  for (let group = 0; group < groups.count; group++) mask[group] = matches(groups.starts[group], groups.ends[group]) ? 1 : 0;
  return mask;
}

function countRows(mask: RowMask, start: number, end: number): number {
  let count = 0;
  for (let row = start; row < end; row++) count += mask[row];
  return count;
}

/** The exact sum of a column over masked rows, nulls skipped; floats rounded once, integers not at all. */
function rowSummer(column: Column): (mask: RowMask, start: number, end: number) => number | bigint {
  const sums = new ExactSums(1);
  const addRow = rowAdder(column, sums);
  const total = column.type === 'INT' ? integerSum : roundedSum;
  return (mask, start, end) => {
    sums.clear(0);
    for (let row = start; row < end; row++) if (mask[row] === 1) addRow(0, row);
    return total(sums.termsOf(0));
  };
}
