import { buildPart } from '../../lambda/engine/part';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { mergePartials } from '../../lambda/engine/merge';
import type { PartialResult } from '../../lambda/engine/partial';
import { columnsOf } from './columns-of';
import type { Row } from './reference-dataset';
import type { Scenario } from './arbitraries';

/** What the engine finds in one part. */
export function partialOf(rows: readonly Row[], { query, dataset, dictionaryStart }: Scenario): PartialResult {
  const columns = columnsOf(rows, dataset, dictionaryStart);
  return evaluatePart(query, buildPart(columns, dataset.groupIdColumn, dataset.timestampColumn));
}

/** The engine's answer over these parts. */
export function engineAnswer(scenario: Scenario, parts = scenario.dataset.parts): ReturnType<typeof mergePartials> {
  return mergePartials(scenario.query, parts.map((rows) => partialOf(rows, scenario)));
}
