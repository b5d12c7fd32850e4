import type { AggregationResult, FunnelResult, MatchResult } from '../../lambda/invoker/service';
import type { Aggregation, Condition, ExpandedQuery, Funnel, Relation } from '../../lambda/query/expanded';
import { aggregate, sumOf } from './reference-aggregation';
import { timeOf, type Cell, type ReferenceDataset, type Row } from './reference-dataset';
import { asComparand, compares, rowMatches } from './reference-filter';
import { occurs, prefixOf } from './reference-sequence';

export interface ReferenceResult {
  readonly query: MatchResult;
  readonly funnel?: FunnelResult;
}

/**
 * Answers a query the slow and obvious way: the judge of the fast engine. Written from the specification alone; every
 * function says one of its sentences.
 */
export function evaluate(query: ExpandedQuery, dataset: ReferenceDataset): ReferenceResult {
  const { timestampColumn } = dataset;
  const matching = groupsOf(query, dataset).filter((rows) => {
    const outcomes = query.conditions.map((condition) => conditionMatches(condition, rows, timestampColumn));
    return query.relation === null || relationHolds(query.relation, outcomes);
  });
  const result = { query: matchResult(matching, query.aggregations) };
  return query.funnel === null ? result : { ...result, funnel: funnelResult(query.funnel, matching, timestampColumn) };
}

function groupsOf({ timeframe: { from, to } }: ExpandedQuery, dataset: ReferenceDataset): Row[][] {
  const groups = new Map<Cell, Row[]>();
  for (const row of dataset.parts.flat()) {
    const time = timeOf(row, dataset.timestampColumn);
    if (from !== null && time < from) continue;
    if (to !== null && time >= to) continue;
    const id = row[dataset.groupIdColumn];
    groups.set(id, [...(groups.get(id) ?? []), row]);
  }
  return [...groups.values()];
}

function conditionMatches(condition: Condition, rows: readonly Row[], timestampColumn: string): boolean {
  if (condition.kind === 'sequence') return occurs(condition.sequence, rows, timestampColumn);
  const { target } = condition;
  const matching = rows.filter((row) => rowMatches(row, condition.filters));
  if (matching.length === 0) return condition.includeZero;
  if (target.type === 'count') return compares(matching.length, target.op, target.value);
  const sum = sumOf(matching, target.column);
  return compares(sum, target.op, asComparand(sum, target.value));
}

function relationHolds(relation: Relation, outcomes: readonly boolean[]): boolean {
  if ('condition' in relation) return outcomes[relation.condition];
  if (relation.op === 'and') return relation.operands.every((operand) => relationHolds(operand, outcomes));
  return relation.operands.some((operand) => relationHolds(operand, outcomes));
}

function funnelResult(funnel: Funnel, groups: readonly Row[][], timestampColumn: string): FunnelResult {
  const { sequence, stepAggregations, endAggregations } = funnel;
  const reaching = sequence.steps.map((_, index) =>
    groups.filter((rows) => occurs(prefixOf(sequence, index + 1), rows, timestampColumn)),
  );
  const entries = { sequence: reaching.map((groupsOfStep) => matchResult(groupsOfStep, stepAggregations)) };
  if (endAggregations === null) return entries;
  return { ...entries, endAggregations: aggregateAll(endAggregations, reaching[reaching.length - 1]) };
}

function matchResult(groups: readonly Row[][], aggregations: readonly Aggregation[] | null): MatchResult {
  const counts = { matchingGroups: groups.length, matchingGroupRows: groups.flat().length };
  return aggregations === null ? counts : { ...counts, aggregations: aggregateAll(aggregations, groups) };
}

function aggregateAll(aggregations: readonly Aggregation[], groups: readonly Row[][]): AggregationResult[] {
  return aggregations.map((aggregation) => aggregate(aggregation, groups));
}
