import type { Aggregation, Condition, ExpandedQuery, Filter, Sequence } from './expanded';

/**
 * Every column that must be read to run a query, each once: the group ID and the timestamp first. Columns of conditions
 * that the relation does not mention are among them.
 */
export function columnsUsed(query: ExpandedQuery, dataset: { readonly groupIdColumn: string; readonly timestampColumn: string }): string[] {
  return [...new Set([dataset.groupIdColumn, dataset.timestampColumn, ...columnsNamed(query)])];
}

/** Whether it matters to a query when its rows happened: it looks for sequences, or has a timeframe. */
export function usesTime(query: ExpandedQuery): boolean {
  return hasTimeframe(query) || sequencesOf(query).length > 0;
}

/** Whether a query asks for more of its rows' times than in which order they happened: it has a timeframe, or bounds or exclusions between steps. */
export function usesTimeValues(query: ExpandedQuery): boolean {
  return hasTimeframe(query) || !sequencesOf(query).every(isPlain);
}

/** Whether nothing is asked of a sequence but that its steps come one after the other. */
export function isPlain({ steps, trailingExclusions, maxDuration }: Sequence): boolean {
  return (
    maxDuration === null &&
    trailingExclusions.length === 0 &&
    steps.every((step) => step.exclusionsBefore.length === 0 && step.minDuration === null && step.maxDuration === null)
  );
}

/** Every column that a query itself names, each once. */
export function columnsNamed(query: ExpandedQuery): string[] {
  return [...new Set([...filtersOf(query).map(({ column }) => column), ...columnsOfValues(query)])];
}

/** All filters of a query, wherever they stand. */
export function filtersOf({ conditions, funnel }: ExpandedQuery): Filter[] {
  return [...conditions.flatMap(ofCondition), ...(funnel === null ? [] : ofSequence(funnel.sequence))];
}

/** Columns of which a query asks for values, not only whether filters hold. */
export function columnsOfValues({ conditions, aggregations, funnel }: ExpandedQuery): string[] {
  const lists = [aggregations, funnel?.stepAggregations, funnel?.endAggregations];
  return [
    ...conditions.flatMap((condition) => (condition.kind === 'rows' && condition.target.type === 'sum' ? [condition.target.column] : [])),
    ...lists.flatMap((list) => (list ?? []).flatMap(ofAggregation)),
  ];
}

function hasTimeframe({ timeframe: { from, to } }: ExpandedQuery): boolean {
  return from !== null || to !== null;
}

function sequencesOf({ conditions, funnel }: ExpandedQuery): Sequence[] {
  return [...conditions.flatMap((condition) => (condition.kind === 'sequence' ? [condition.sequence] : [])), ...(funnel === null ? [] : [funnel.sequence])];
}

function ofCondition(condition: Condition): readonly Filter[] {
  return condition.kind === 'sequence' ? ofSequence(condition.sequence) : condition.filters;
}

function ofSequence({ steps, trailingExclusions }: Sequence): Filter[] {
  return [...steps.flatMap((step) => [...step.exclusionsBefore.flat(), ...step.filters]), ...trailingExclusions.flat()];
}

function ofAggregation(aggregation: Aggregation): string[] {
  return 'otherColumn' in aggregation ? [aggregation.column, aggregation.otherColumn] : [aggregation.column];
}
