import { ColumnChecker } from './check-columns';
import type { DatasetSchema } from './dataset-schema';
import { expandAggregations } from './expand-aggregation';
import { expandCondition } from './expand-condition';
import { expandSequence } from './expand-sequence';
import type { ExpandedQuery, Funnel } from './expanded';
import type { FunnelInput } from './input-schema';
import { parseJson } from './json';
import { parseRelation } from './relation';
import { checkShape } from './shape';
import { expandTimeframe } from './timeframe';

/**
 * Reads a query for a dataset: JSON, then the shape of the whole, then the relation, then columns and types, the
 * timeframe's first and the others' in the order of the document.
 *
 * @param json the query's text
 * @throws SchemaError, RelationError, DatasetMismatchError, TypeMismatchError, or LimitError for a list or regular
 * expression that is too long; `path` points at what is wrong, in the notation the user chose
 */
export function parseQuery(json: string, dataset: DatasetSchema): ExpandedQuery {
  const { timeframe, query, funnel } = checkShape(parseJson(json));
  const conditions = query?.conditions ?? [];
  const relation = parseRelation(
    query?.relation,
    conditions.map(({ name }) => name ?? null),
  );
  const checker = new ColumnChecker(dataset);
  return {
    timeframe: expandTimeframe(timeframe, checker, dataset),
    conditions: conditions.map((condition, index) => expandCondition(condition, ['query', 'conditions', index], checker)),
    relation,
    aggregations: expandAggregations(query?.aggregations, ['query', 'aggregations'], checker),
    funnel: funnel === undefined ? null : expandFunnel(funnel, checker),
  };
}

function expandFunnel(funnel: FunnelInput, checker: ColumnChecker): Funnel {
  return {
    sequence: expandSequence(funnel, ['funnel'], checker),
    stepAggregations: expandAggregations(funnel.stepAggregations, ['funnel', 'stepAggregations'], checker),
    endAggregations: expandAggregations(funnel.endAggregations, ['funnel', 'endAggregations'], checker),
  };
}
