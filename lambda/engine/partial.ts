import type { SelectedSums } from './exact-sum';

/**
 * What one part contributes to an answer. Partial results merge exactly, in any order: nothing in them is rounded,
 * averaged or cut. Plain objects and typed arrays, so that they pass between threads and through `v8.serialize`.
 */
export interface PartialResult {
  /** Rows and groups of the part within the timeframe, whether or not they matched. */
  readonly scannedRows: number;
  readonly scannedGroups: number;
  readonly query: PartialMatch;
  readonly funnel: { readonly sequence: readonly PartialMatch[]; readonly endAggregations: readonly PartialAggregation[] } | null;
}

/** Groups that matched, the rows they have, and the aggregations asked for over those rows, in the query's order. */
export interface PartialMatch {
  readonly matchingGroups: number;
  readonly matchingGroupRows: number;
  readonly aggregations: readonly PartialAggregation[];
}

export type PartialAggregation =
  | { readonly type: 'count'; readonly count: number }
  | { readonly type: 'counts'; readonly keys: readonly string[]; readonly counts: Float64Array }
  | {
      readonly type: 'sums';
      readonly keys: readonly string[];
      /** Numeric values summed, per key; 0 where all were null. */
      readonly counts: Float64Array;
      /** Per key its sum. */
      readonly sums: SelectedSums;
      /** Whether the summed column is INT, whose sums are exact integers. */
      readonly integer: boolean;
    };
