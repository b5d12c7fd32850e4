import { buildPart, type Part } from '../../lambda/engine/part';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { mergePartials } from '../../lambda/engine/merge';
import type { PartialResult } from '../../lambda/engine/partial';
import type { Filter, ExpandedQuery, Sequence } from '../../lambda/query/expanded';
import { columnsOf } from './columns-of';
import type { Row } from './reference-dataset';
import type { Scenario } from './arbitraries';

/** Rows of the scenario's dataset as the engine holds them, with the given columns or all. */
export function partOf(rows: readonly Row[], { dataset, dictionaryStart }: Scenario, columnNames?: ReadonlySet<string>): Part {
  const columns = [...columnsOf(rows, dataset, dictionaryStart)].filter(([name]) => columnNames?.has(name) ?? true);
  return buildPart(new Map(columns), dataset.groupIdColumn, dataset.timestampColumn);
}

/** What the engine finds in one part. */
export function partialOf(rows: readonly Row[], scenario: Scenario): PartialResult {
  return evaluatePart(scenario.query, partOf(rows, scenario));
}

/** The engine's answer over these parts. */
export function engineAnswer(scenario: Scenario, parts = scenario.dataset.parts): ReturnType<typeof mergePartials> {
  return mergePartials(scenario.query, parts.map((rows) => partialOf(rows, scenario)));
}

/** The columns that the scenario's query names, and those that make groups and times. */
export function neededColumns({ query, dataset }: Scenario): Set<string> {
  const aggregations = [query.aggregations, query.funnel?.stepAggregations, query.funnel?.endAggregations].flatMap((list) => list ?? []);
  const summed = query.conditions.flatMap((condition) =>
    condition.kind === 'rows' && condition.target.type === 'sum' ? [condition.target.column] : [],
  );
  return new Set([
    dataset.groupIdColumn,
    dataset.timestampColumn,
    ...filtersOf(query).map((filter) => filter.column),
    ...summed,
    ...aggregations.flatMap((each) => ('otherColumn' in each ? [each.column, each.otherColumn] : [each.column])),
  ]);
}

function filtersOf({ conditions, funnel }: ExpandedQuery): Filter[] {
  const ofConditions = conditions.flatMap((condition) =>
    condition.kind === 'rows' ? condition.filters : filtersOfSequence(condition.sequence),
  );
  return funnel === null ? ofConditions : [...ofConditions, ...filtersOfSequence(funnel.sequence)];
}

function filtersOfSequence({ steps, trailingExclusions }: Sequence): Filter[] {
  return [...steps.flatMap((step) => [...step.filters, ...step.exclusionsBefore.flat()]), ...trailingExclusions.flat()];
}
