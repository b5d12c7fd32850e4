import type { Aggregation, Condition, CountAggregation, ExpandedQuery, Filter, PerValueAggregation, Relation, Target } from '../query/expanded';
import { combineConditions, judgementsOf, listsOf, MOST_JUDGED, type GroupMask } from './conditions';
import { countAggregations, isCountedPerValue } from './count-aggregations';
import { dealSymbols, MOST_SYMBOLS } from './kernels/dealt-symbols';
import { borrowKernels, returnKernels } from './kernels/module';
import { MOST_VALUES, Tallies, type CountQuestion } from './kernels/tallies';
import type { PartColumns } from './part-columns';
import type { PartialResult } from './partial';
import { RowMasks } from './row-masks';
import { RowSymbols } from './row-symbols';

/** What is said of counts where any row will do. */
const ANY_ROW = Uint8Array.of(0, 1);

/**
 * Runs a query over rows as the file has them, where it only asks how many rows of few kinds groups have: taking them to their groups'
 * sides takes longer than that answer, and no later query misses it in this one. Rows are dealt out to partitions by their groups, as words
 * of 32 bits each, and then counted by group and kind, one partition after the other.
 * @param query whose answer no times of rows matter to
 * @param groupIds of the rows
 * @returns null where it asks for more or tells too many kinds of rows apart, an ID is no integer of 32 bits, or one partition has many more groups than others.
 */
export function evaluateUnmoved({ conditions, relation, aggregations, funnel }: ExpandedQuery, columns: PartColumns, groupIds: Float64Array | Int32Array): PartialResult | null {
  const asked = aggregations ?? [];
  if (funnel !== null || !conditions.every(asksForRows) || !asked.every(isOfCounts) || !asked.every((each) => isCountable(each, asked, columns))) return null;
  const counted = [...new Set(asked.map(({ column }) => columns.valueCodes(column)))];
  const lists = relation === null ? [] : Object.values(listsOf(conditions, relation)).flat();
  const symbols = new RowSymbols(counted, lists, new RowMasks(columns));
  if (symbols.count > MOST_SYMBOLS) return null;
  const kernels = borrowKernels();
  try {
    const dealt = dealSymbols(groupIds, symbols.perRow(), kernels);
    if (dealt === null) return null;
    const places = counted.map(({ codes }) => symbols.placesOf(codes));
    const tallies = new Tallies(dealt, symbols.count, places, kernels);
    const groups = addMatching(dealt.partitions, tallies, relation === null ? null : matcherOf(conditions, relation, symbols, tallies));
    if (groups === null) return null;
    const rows = tallies.rowsPerSymbol();
    const countOf = countAggregations(asked, columns, {
      classCount: 1,
      perValue: (codes, size) => {
        const way = counted.findIndex((each) => each.codes === codes);
        const rowsOf = new Int32Array(size + 1);
        for (const [symbol, place] of places[way].entries()) rowsOf[place] += rows[symbol];
        return { rows: rowsOf, groups: tallies.groupsPerValue(way) };
      },
      present: () => { throw new Error('rows that are not null are only counted per value here'); },
    });
    return {
      scannedRows: columns.rowCount,
      scannedGroups: groups.scanned,
      query: { matchingGroups: groups.matching, matchingGroupRows: rows.reduce((sum, ofSymbol) => sum + ofSymbol, 0), aggregations: asked.flatMap(countOf) },
      funnel: null,
    };
  } finally {
    returnKernels(kernels);
  }
}

/** Asks how many rows of some kind a group has, and for no more than can be looked up. */
type RowCondition = Extract<Condition, { kind: 'rows' }> & { readonly target: Extract<Target, { type: 'count' }> };

function asksForRows(condition: Condition): condition is RowCondition {
  return condition.kind === 'rows' && condition.target.type === 'count' && condition.target.value <= MOST_JUDGED;
}

function isOfCounts(aggregation: Aggregation): aggregation is CountAggregation | PerValueAggregation {
  return aggregation.type !== 'sumPerValue' && aggregation.type !== 'meanPerValue';
}

/** Of few values known by number as they are. */
function isCountable({ column: name }: Aggregation, all: readonly Aggregation[], columns: PartColumns): boolean {
  if (!isCountedPerValue(name, all)) return false;
  const column = columns.column(name);
  return column.type === 'BOOL' || (column.type === 'STRING' && column.dictionary.length < MOST_VALUES);
}

/** Says of a partition's groups which match. */
function matcherOf(conditions: readonly RowCondition[], relation: Relation, symbols: RowSymbols, tallies: Tallies): () => GroupMask {
  const questions = new Map<RowCondition | readonly Filter[], CountQuestion>();
  const match = (asked: RowCondition | readonly Filter[], filters: readonly Filter[], judgements: () => Uint8Array): GroupMask => {
    const question = questions.get(asked) ?? tallies.question(symbols.chosenBy(filters), judgements());
    questions.set(asked, question);
    return tallies.match(question);
  };
  const any = { of: (lists: readonly (readonly Filter[])[]) => lists.map((filters) => match(filters, filters, () => ANY_ROW)) };
  return () => combineConditions(conditions, relation, any, (condition) => match(condition, condition.filters, () => judgementsOf(condition.target, condition.includeZero)));
}

/** Adds up the groups of all partitions that match; null where one has too many. @param match null: all do */
function addMatching(partitions: number, tallies: Tallies, match: (() => GroupMask) | null): { readonly scanned: number; readonly matching: number } | null {
  let [scanned, matching] = [0, 0];
  for (let partition = 0; partition < partitions; partition++) {
    const groups = tallies.tally(partition);
    if (groups === null) return null;
    scanned += groups;
    matching += tallies.add(match?.() ?? new Uint8Array(groups).fill(1));
  }
  return { scanned, matching };
}
