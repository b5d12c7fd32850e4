import type { Aggregation, ExpandedQuery, Numeric } from '../query/expanded';
import { describe } from './aggregate';
import { ResultLimitError } from './errors';
import { ExactSums } from './exact-sum';
import { MAX_DISTINCT_VALUES } from './limits';
import type { PartialAggregation, PartialMatch, PartialResult } from './partial';
import { integerSum, roundedMean, roundedSum } from './rounding';
import { topValues } from './top-values';

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
  const answer: Answer = { query: mergeMatches(query.aggregations, partials.map((partial) => partial.query)) };
  if (query.funnel === null) return answer;

  const { sequence, stepAggregations, endAggregations } = query.funnel;
  const funnels = partials.flatMap((partial) => partial.funnel ?? []);
  const steps = sequence.steps.map((_, step) => mergeMatches(stepAggregations, funnels.map((funnel) => funnel.sequence[step])));
  const ends = endAggregations && mergeAggregations(endAggregations, funnels.map((funnel) => funnel.endAggregations));
  return { ...answer, funnel: { sequence: steps, ...(ends && { endAggregations: ends }) } };
}

function mergeMatches(aggregations: readonly Aggregation[] | null, matches: readonly PartialMatch[]): MatchAnswer {
  return {
    matchingGroups: matches.reduce((sum, match) => sum + match.matchingGroups, 0),
    matchingGroupRows: matches.reduce((sum, match) => sum + match.matchingGroupRows, 0),
    ...(aggregations && { aggregations: mergeAggregations(aggregations, matches.map((match) => match.aggregations)) }),
  };
}

function mergeAggregations(aggregations: readonly Aggregation[], partials: readonly (readonly PartialAggregation[])[]): AggregationAnswer[] {
  return aggregations.map((aggregation, index) => {
    const ofParts = partials.map((partial) => partial[index]);
    return {
      column: aggregation.column,
      type: aggregation.type,
      ...(aggregation.name !== null && { name: aggregation.name }),
      ...('top' in aggregation && { top: aggregation.top }),
      value: aggregation.type === 'count' ? totalCount(ofParts) : topValues(valuesOf(aggregation, ofParts), aggregation.top),
    };
  });
}

function valuesOf(aggregation: Aggregation, partials: readonly PartialAggregation[]): Iterable<readonly [string, Numeric]> {
  switch (aggregation.type) {
    case 'sumPerValue':
      return sumsPerKey(aggregation, partials, (sum) => sum);
    case 'meanPerValue':
      return sumsPerKey(aggregation, partials, (sum, count) => (count === 0 ? null : roundedMean(sum, count)));
    case 'count':
    case 'countPerValue':
    case 'groupsPerValue':
      return countsPerKey(aggregation, partials);
  }
}

function totalCount(partials: readonly PartialAggregation[]): number {
  return partials.reduce((sum, partial) => sum + (partial.type === 'count' ? partial.count : 0), 0);
}

function countsPerKey(aggregation: Aggregation, partials: readonly PartialAggregation[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const partial of partials) {
    if (partial.type !== 'counts') continue;
    partial.keys.forEach((key, index) => counts.set(key, (counts.get(key) ?? 0) + partial.counts[index]));
    refuseTooMany(aggregation, counts.size);
  }
  return counts;
}

function* sumsPerKey(
  aggregation: Aggregation,
  partials: readonly PartialAggregation[],
  valueOf: (sum: Numeric, count: number) => Numeric | null,
): Generator<readonly [string, Numeric]> {
  const slots = new Map<string, number>();
  const counts: number[] = [];
  const sums = new ExactSums(0);
  for (const partial of partials) {
    if (partial.type !== 'sums') continue;
    partial.keys.forEach((key, index) => {
      const slot = slots.get(key) ?? slots.size;
      slots.set(key, slot);
      sums.ensureSlots(slots.size);
      counts[slot] = (counts[slot] ?? 0) + partial.counts[index];
      sums.addSelected(slot, partial.sums, index);
    });
    refuseTooMany(aggregation, slots.size);
  }
  const isInteger = partials.some((partial) => partial.type === 'sums' && partial.integer);
  for (const [key, slot] of slots) {
    const value = valueOf(isInteger ? integerSum(sums.termsOf(slot)) : roundedSum(sums.termsOf(slot)), counts[slot]);
    if (value !== null) yield [key, value];
  }
}

function refuseTooMany(aggregation: Aggregation, distinctValues: number): void {
  if (distinctValues > MAX_DISTINCT_VALUES) throw new ResultLimitError(describe(aggregation), MAX_DISTINCT_VALUES);
}
