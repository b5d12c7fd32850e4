import type { Aggregation, Condition, CountAggregation, ExpandedQuery, PerValueAggregation } from '../query/expanded';
import { conjunction, countOnes } from './byte-masks';
import { MOST_BYTE_CODES } from './codes';
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
export function evaluateUnmoved(query: ExpandedQuery, columns: PartColumns, groups: GroupNumbers): PartialResult | null {
  const aggregations = query.aggregations ?? [];
  if (query.funnel !== null || !query.conditions.every(asksForRows) || !aggregations.every((each) => isCountable(each, aggregations, columns))) return null;
  const kernels = new UnmovedKernels(groups);
  try {
    const { present } = kernels;
    const matching = matchUnmoved(query, columns, present, kernels);
    let matchingRows = query.relation === null ? columns.rowCount : null;
    const countOf = countAggregations(aggregations, columns, {
      classCount: 1,
      perValue: (codes, size, withGroups) => {
        const rows = kernels.countRowsPerCode(codes.bytes, size + 1, matching);
        matchingRows ??= rows.reduce((sum, ofValue) => sum + ofValue, 0);
        return { rows, groups: withGroups ? countGroups(codes.bytes, size + 1, matching, kernels) : null };
      },
      present: () => { throw new Error('rows that are not null are only counted per value here'); },
    });
    const results = aggregations.flatMap((aggregation) => (isOfCounts(aggregation) ? countOf(aggregation) : []));
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

function asksForRows(condition: Condition): boolean {
  return condition.kind === 'rows' && condition.target.type === 'count';
}

function isOfCounts(aggregation: Aggregation): aggregation is CountAggregation | PerValueAggregation {
  return aggregation.type !== 'sumPerValue' && aggregation.type !== 'meanPerValue';
}

/** Of few values known by number as they are. */
function isCountable(aggregation: Aggregation, all: readonly Aggregation[], columns: PartColumns): boolean {
  if (!isOfCounts(aggregation) || !isCountedPerValue(aggregation.column, all)) return false;
  const column = columns.column(aggregation.column);
  return column.type === 'BOOL' || (column.type === 'STRING' && column.dictionary.length <= MOST_VALUES);
}

function matchUnmoved({ conditions, relation }: ExpandedQuery, columns: PartColumns, present: GroupMask, kernels: UnmovedKernels): GroupMask {
  if (relation === null) return present;
  const masks = new RowMasks(columns);
  const any = new GroupBits(listsOf(conditions, relation).toFind, masks, (batch) => kernels.uniteRows(batch.codes()));
  const matching = combineConditions(conditions, relation, any, (condition) => {
    if (condition.kind !== 'rows' || condition.target.type !== 'count') throw new Error(`a condition of ${condition.kind} that only rows in order can answer`);
    const coded = masks.perCode(condition.filters);
    const { bytes, holds } = coded !== null && coded.holds.length - 1 <= MOST_BYTE_CODES ? { bytes: coded.codes.bytes, holds: coded.holds } : { bytes: masks.all(condition.filters), holds: Uint8Array.of(0, 1) };
    return matchCounts(kernels.countCodes(bytes, holds), condition.target, condition.includeZero);
  });
  // What is said of no rows is said of numbers, too, that are no group's.
  return conjunction([matching, present]);
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
