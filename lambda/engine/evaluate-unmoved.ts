import type { Aggregation, Condition, CountAggregation, ExpandedQuery, PerValueAggregation, Relation, Target } from '../query/expanded';
import { conjunction, countOnes } from './byte-masks';
import { combineConditions, listsOf, matchCounts, type GroupMask } from './conditions';
import { countAggregations, isCountedPerValue } from './count-aggregations';
import { GroupBits } from './group-bits';
import type { GroupNumbers } from './group-numbers';
import { UnmovedKernels } from './kernels/unmoved-kernels';
import type { PartColumns } from './part-columns';
import type { PartialResult } from './partial';
import { RowMasks } from './row-masks';

/** Most values of a column whose groups are counted: each takes a bit per group. */
const MOST_VALUES = 31;
const BITS_AT_ONCE = 8;

/**
 * Runs a query over rows as the file has them, where it only asks which rows groups have and how many: taking them to their groups'
 * sides takes longer than that answer, and no later query misses it in this one.
 * @param query whose answer no times of rows matter to
 * @returns null where it asks for more.
 * @throws ResultLimitError as `evaluatePart`.
 */
export function evaluateUnmoved({ conditions, relation, aggregations, funnel }: ExpandedQuery, columns: PartColumns, groups: GroupNumbers): PartialResult | null {
  const asked = aggregations ?? [];
  if (funnel !== null || !conditions.every(asksForRows) || !asked.every(isOfCounts) || !asked.every((each) => isCountable(each, asked, columns))) return null;
  const kernels = new UnmovedKernels(groups);
  try {
    const { present } = kernels;
    const matching = relation === null ? present : matchUnmoved(conditions, relation, columns, kernels);
    let matchingRows = relation === null ? columns.rowCount : null;
    const countOf = countAggregations(asked, columns, {
      classCount: 1,
      perValue: (codes, size, withGroups) => {
        const rows = kernels.countRowsPerCode(codes.bytes, size + 1, matching);
        matchingRows ??= rows.reduce((sum, ofValue) => sum + ofValue, 0);
        return { rows, groups: withGroups ? countGroups(codes.bytes, size + 1, matching, kernels) : null };
      },
      present: () => { throw new Error('rows that are not null are only counted per value here'); },
    });
    const results = asked.flatMap(countOf);
    return {
      scannedRows: columns.rowCount,
      scannedGroups: countOnes(present),
      query: { matchingGroups: countOnes(matching), matchingGroupRows: matchingRows ?? kernels.countRows(matching), aggregations: results },
      funnel: null,
    };
  } finally {
    kernels.end();
  }
}

/** Asks how many rows of some kind a group has. */
type RowCondition = Extract<Condition, { kind: 'rows' }> & { readonly target: Extract<Target, { type: 'count' }> };

function asksForRows(condition: Condition): condition is RowCondition {
  return condition.kind === 'rows' && condition.target.type === 'count';
}

function isOfCounts(aggregation: Aggregation): aggregation is CountAggregation | PerValueAggregation {
  return aggregation.type !== 'sumPerValue' && aggregation.type !== 'meanPerValue';
}

/** Of few values known by number as they are. */
function isCountable({ column: name }: Aggregation, all: readonly Aggregation[], columns: PartColumns): boolean {
  if (!isCountedPerValue(name, all)) return false;
  const column = columns.column(name);
  return column.type === 'BOOL' || (column.type === 'STRING' && column.dictionary.length <= MOST_VALUES);
}

function matchUnmoved(conditions: readonly RowCondition[], relation: Relation, columns: PartColumns, kernels: UnmovedKernels): GroupMask {
  const masks = new RowMasks(columns);
  const any = new GroupBits(listsOf(conditions, relation).toFind, masks, (batch) => kernels.uniteRows(batch.codes()));
  const matching = combineConditions(conditions, relation, any, ({ filters, target, includeZero }) => {
    const { codes, holds } = masks.codedInBytes(filters);
    return matchCounts(kernels.countCodes(codes.bytes, holds), target, includeZero);
  });
  // What is said of no rows is said of numbers, too, that are no group's.
  return conjunction([matching, kernels.present]);
}

/** Per code the matching groups that have it. @param codes a byte per row */
function countGroups(codes: Uint8Array, width: number, matching: GroupMask, kernels: UnmovedKernels): Int32Array {
  const counts = new Int32Array(width);
  for (let first = 0; first < width; first += BITS_AT_ONCE) {
    const table = Uint8Array.from({ length: width }, (_, place) => (place < first || place >= first + BITS_AT_ONCE ? 0 : 1 << (place - first)));
    const united = kernels.uniteCodes(codes, table);
    // Groups with the same bits are counted together, those that do not match with those that have none.
    const alike = new Int32Array(2 ** BITS_AT_ONCE);
    for (let group = 0; group < united.length; group++) alike[united[group] & -matching[group]] += 1;
    for (let place = first; place < Math.min(width, first + BITS_AT_ONCE); place++) {
      for (let bits = 0; bits < alike.length; bits++) counts[place] += ((bits >> (place - first)) & 1) * alike[bits];
    }
  }
  return counts;
}
