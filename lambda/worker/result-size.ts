import type { PartialAggregation, PartialResult } from '../engine/partial';
import { LimitError } from '../query/errors';
import type { Aggregation, ExpandedQuery } from '../query/expanded';

/** Bytes that a key takes besides its characters, and each number, as `v8.serialize` writes them; a character takes one or two. */
const KEY_OVERHEAD = 4;
const NUMBER = 8;

/**
 * Refuses a part's result that is too large to be handed on: it would fill the datastore, and the invoker that merges it
 * with the others'.
 *
 * @param limit bytes, about; default: none
 * @throws LimitError naming the aggregation that takes most
 */
export function checkResultSize(result: PartialResult, query: ExpandedQuery, limit = Infinity): void {
  const sizes = [
    ...sizesOf(result.query.aggregations, query.aggregations),
    ...(result.funnel?.sequence ?? []).flatMap(({ aggregations }) => sizesOf(aggregations, query.funnel?.stepAggregations)),
    ...sizesOf(result.funnel?.endAggregations ?? [], query.funnel?.endAggregations),
  ];
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total > limit) {
    const largest = sizes.reduce((most, each) => (each.size > most.size ? each : most));
    throw new LimitError(
      `a part's result takes about ${total} bytes, and at most ${limit} are allowed (FROCKET_MAX_PARTIAL_RESULT_SIZE); most of it is ${largest.name}: aggregate a column with fewer distinct values, or narrow the query`,
      'result',
    );
  }
}

interface NamedSize {
  readonly name: string;
  readonly size: number;
}

function sizesOf(aggregations: readonly PartialAggregation[], asked: readonly Aggregation[] | null | undefined): NamedSize[] {
  return aggregations.map((aggregation, index) => {
    const named = asked?.[index];
    return { name: named === undefined ? 'an aggregation' : `${named.type} of "${named.column}"`, size: sizeOf(aggregation) };
  });
}

function sizeOf(aggregation: PartialAggregation): number {
  if (aggregation.type === 'count') {
    return NUMBER;
  }
  let size = aggregation.counts.length * NUMBER;
  if (aggregation.type === 'sums') {
    size += aggregation.sums.terms.length * NUMBER;
  }
  for (const key of aggregation.keys) {
    size += key.length + KEY_OVERHEAD;
  }
  return size;
}
