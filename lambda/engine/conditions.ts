import type { Condition, Filter, Relation, Target } from '../query/expanded';
import { conjunction, disjunction } from './byte-masks';
import { compare } from './compare';
import { asksForAnyRow, GroupBits } from './group-bits';
import { GroupCounts } from './group-counts';
import { searchGroups } from './group-search';
import type { GroupRanges } from './group-selection';
import { matchSums } from './group-sums';
import { blockKernels } from './kernels/block-kernels';
import type { Part } from './part';
import type { RowMasks } from './row-masks';
import { stepsFound } from './sequence';

/** Per group 1 where it matches, else 0. */
export type GroupMask = Uint8Array;

/** Knows which groups have a row in which all filters of a list hold, for any or for each of some lists: as masks still to be joined in that way. */
export type AnyRows = Pick<GroupBits, 'of'>;

/** Which groups match the conditions, as the relation combines them; all of them where there is no relation. */
export function matchGroups(conditions: readonly Condition[], relation: Relation | null, part: Part, groups: GroupRanges, masks: RowMasks): GroupMask {
  if (relation === null) return allGroups(groups);
  const lists = listsOf(conditions, relation);
  const any = searchGroups(lists.toFind, part, groups, masks) ?? new GroupBits(lists.toFind, masks, (batch) => batch.unite(groups));
  const counts = new GroupCounts(lists.toCount, part, groups, masks);
  return combineConditions(conditions, relation, any, (condition) => {
    if (condition.kind === 'sequence') return matchSequence(condition, part, groups, masks);
    const { filters, target, includeZero } = condition;
    return target.type === 'sum' ? matchSums(masks.all(filters), part.column(target.column), target, groups) : matchCounts(counts.of(filters), target, includeZero);
  });
}

/**
 * Joins what is known of conditions as their relation says.
 * @param any knows of conditions that ask for any row to be there
 * @param matchOther says which groups match any other condition; asked once of each
 */
export function combineConditions<Asked extends Condition>(conditions: readonly Asked[], relation: Relation, any: AnyRows, matchOther: (condition: Asked) => GroupMask): GroupMask {
  const known = new Map<number, GroupMask>();
  const matchesOf = (index: number): GroupMask => {
    const toFind = filtersToFind(conditions[index]);
    const matches = known.get(index) ?? (toFind === null ? matchOther(conditions[index]) : any.of(toFind, 'or')[0]);
    known.set(index, matches);
    return matches;
  };
  const combine = (relation: Relation): GroupMask => {
    if ('condition' in relation) return matchesOf(relation.condition);
    const { op, operands } = relation;
    const toFind = operands.flatMap((operand) => ('condition' in operand ? (filtersToFind(conditions[operand.condition]) ?? []) : []));
    const others = operands.filter((operand) => !('condition' in operand) || filtersToFind(conditions[operand.condition]) === null);
    const masks = [...any.of(toFind, op), ...others.map(combine)];
    return op === 'and' ? conjunction(masks) : disjunction(masks);
  };
  return combine(relation);
}

/** Ones for as many groups as a part of this thread had at most: nobody writes to a mask once it is made. */
let ones = new Uint8Array(0);

function allGroups({ count }: GroupRanges): GroupMask {
  if (ones.length < count) ones = new Uint8Array(count).fill(1);
  return ones.subarray(0, count);
}

/** Lists of filters that a query's conditions have. */
interface Lists {
  /** Of those that ask for any row to be there. */
  readonly toFind: (readonly Filter[])[];
  /** Of those that ask for another count. */
  readonly toCount: (readonly Filter[])[];
}

/** The lists of the conditions that a relation mentions. */
export function listsOf(conditions: readonly Condition[], relation: Relation, lists: Lists = { toFind: [], toCount: [] }): Lists {
  if (!('condition' in relation)) {
    for (const operand of relation.operands) listsOf(conditions, operand, lists);
    return lists;
  }
  const condition = conditions[relation.condition];
  const toFind = filtersToFind(condition);
  if (toFind !== null) lists.toFind.push(...toFind);
  else if (condition.kind === 'rows' && condition.target.type === 'count') lists.toCount.push(condition.filters);
  return lists;
}

/** The one list of filters of which a condition asks for any row to be there; null where it asks for something else. */
function filtersToFind(condition: Condition): readonly (readonly Filter[])[] | null {
  return condition.kind === 'rows' && condition.target.type === 'count' && !condition.includeZero && asksForAnyRow(condition.target) ? [condition.filters] : null;
}

function matchSequence({ sequence }: Extract<Condition, { kind: 'sequence' }>, part: Part, groups: GroupRanges, masks: RowMasks): GroupMask {
  const steps = sequence.steps.length;
  const found = stepsFound(sequence, part, groups, allGroups(groups), masks);
  for (let group = 0; group < groups.count; group++) found[group] = Number(found[group] === steps);
  return found;
}

/** What targets of values up to here say of counts is looked up. */
export const MOST_JUDGED = 2 ** 16;

type CountTarget = Extract<Target, { type: 'count' }>;

/** Which groups have as many rows as a target asks for. */
export function matchCounts(counts: Int32Array, target: CountTarget, includeZero: boolean): GroupMask {
  if (target.value <= MOST_JUDGED) return blockKernels().judge(counts, judgementsOf(target, includeZero));
  const matching = new Uint8Array(counts.length);
  for (let group = 0; group < counts.length; group++) matching[group] = judge(counts[group], target, includeZero);
  return matching;
}

/** What a target says of each count, 1 or 0, and last of all greater ones. @param target of a value up to `MOST_JUDGED` */
export function judgementsOf(target: CountTarget, includeZero: boolean): Uint8Array {
  const last = Math.max(Math.floor(target.value), 0) + 1;
  return Uint8Array.from({ length: last + 1 }, (_, count) => judge(count, target, includeZero));
}

function judge(count: number, { op, value }: CountTarget, includeZero: boolean): number {
  return count === 0 ? Number(includeZero) : Number(compare(count, op, value));
}
