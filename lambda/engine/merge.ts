import type { Aggregation, ExpandedQuery, Numeric } from '../query/expanded';
import { mergersOf, type AggregationMerger } from './merge-aggregation';
import type { PartialMatch, PartialResult } from './partial';

/** The answer to a query, in the order and shape of the response; values per key are Maps, greatest value first. */
export interface Answer {
  readonly query: MatchAnswer;
  readonly funnel?: { readonly sequence: MatchAnswer[]; readonly endAggregations?: AggregationAnswer[] };
}

export interface MatchAnswer {
  readonly matchingGroups: number;
  readonly matchingGroupRows: number;
  readonly aggregations?: AggregationAnswer[];
}

export interface AggregationAnswer {
  readonly column: string;
  readonly type: Aggregation['type'];
  readonly name?: string;
  readonly top?: number;
  readonly value: number | ReadonlyMap<string, Numeric>;
}

/**
 * Merges the partial results of all parts, exactly and in any order.
 * @throws ResultLimitError where an aggregation has too many distinct values in all.
 */
export function mergePartials(query: ExpandedQuery, partials: readonly PartialResult[]): Answer {
  const merger = new Merger(query);
  for (const partial of partials) merger.add(partial);
  return merger.answer();
}

/**
 * Merges partial results as they come: what was added is no longer needed, so that no more is held than the merged
 * values and one partial result.
 */
export class Merger {
  readonly #query: MatchMerger;
  readonly #steps: readonly MatchMerger[];
  readonly #ends: readonly AggregationMerger[] | null;

  constructor(query: ExpandedQuery) {
    this.#query = new MatchMerger(query.aggregations);
    const { funnel } = query;
    this.#steps = funnel === null ? [] : funnel.sequence.steps.map(() => new MatchMerger(funnel.stepAggregations));
    this.#ends = funnel === null ? null : mergersOf(funnel.endAggregations);
  }

  /** @throws ResultLimitError where an aggregation now has too many distinct values. */
  add(partial: PartialResult): void {
    this.#query.add(partial.query);
    this.#steps.forEach((step, index) => {
      if (partial.funnel !== null) step.add(partial.funnel.sequence[index]);
    });
    this.#ends?.forEach((end, index) => {
      if (partial.funnel !== null) end.add(partial.funnel.endAggregations[index]);
    });
  }

  /** The answer over all that was added. */
  answer(): Answer {
    const query = this.#query.answer();
    // A funnel has at least one step.
    if (this.#steps.length === 0) return { query };
    const sequence = this.#steps.map((step) => step.answer());
    return { query, funnel: { sequence, ...(this.#ends && { endAggregations: this.#ends.map((end) => end.answer()) }) } };
  }
}

class MatchMerger {
  #groups = 0;
  #rows = 0;
  readonly #aggregations: readonly AggregationMerger[] | null;

  constructor(aggregations: readonly Aggregation[] | null) {
    this.#aggregations = mergersOf(aggregations);
  }

  add({ matchingGroups, matchingGroupRows, aggregations }: PartialMatch): void {
    this.#groups += matchingGroups;
    this.#rows += matchingGroupRows;
    this.#aggregations?.forEach((merger, index) => {
      merger.add(aggregations[index]);
    });
  }

  answer(): MatchAnswer {
    return {
      matchingGroups: this.#groups,
      matchingGroupRows: this.#rows,
      ...(this.#aggregations && { aggregations: this.#aggregations.map((merger) => merger.answer()) }),
    };
  }
}
