import type { Aggregation, Condition, ExpandedQuery, Sequence } from './expanded';

/**
 * Every column that must be read to run a query, each once: the group ID and the timestamp first. Columns of conditions
 * that the relation does not mention are among them.
 */
export function columnsUsed(query: ExpandedQuery, dataset: { readonly groupIdColumn: string; readonly timestampColumn: string }): string[] {
  return [...new Set([dataset.groupIdColumn, dataset.timestampColumn, ...columnsNamed(query)])];
}

/** Whether it matters to a query when its rows happened: it looks for sequences, or has a timeframe. */
export function usesTime({ timeframe, conditions, funnel }: ExpandedQuery): boolean {
  return timeframe.from !== null || timeframe.to !== null || funnel !== null || conditions.some(({ kind }) => kind === 'sequence');
}

/** Every column that a query itself names, each once. */
export function columnsNamed({ conditions, aggregations, funnel }: ExpandedQuery): string[] {
  const lists = [aggregations, funnel?.stepAggregations, funnel?.endAggregations];
  return [
    ...new Set([
      ...conditions.flatMap(ofCondition),
      ...(funnel === null ? [] : ofSequence(funnel.sequence)),
      ...lists.flatMap((list) => (list ?? []).flatMap(ofAggregation)),
    ]),
  ];
}

function ofCondition(condition: Condition): string[] {
  if (condition.kind === 'sequence') return ofSequence(condition.sequence);
  const { filters, target } = condition;
  return [...filters.map(({ column }) => column), ...(target.type === 'sum' ? [target.column] : [])];
}

function ofSequence({ steps, trailingExclusions }: Sequence): string[] {
  const filters = [...steps.flatMap((step) => [...step.exclusionsBefore.flat(), ...step.filters]), ...trailingExclusions.flat()];
  return filters.map(({ column }) => column);
}

function ofAggregation(aggregation: Aggregation): string[] {
  return 'otherColumn' in aggregation ? [aggregation.column, aggregation.otherColumn] : [aggregation.column];
}
