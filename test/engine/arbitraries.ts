import fc from 'fast-check';
import { datasetFrom, partPlans, type RowPlan } from './arbitrary-dataset';
import { aggregationQuery, anyQuery, queryFrom, sequenceQuery, type QueryPlan } from './arbitrary-query';
import { pools } from './arbitrary-pools';
import type { ReferenceDataset } from './reference-dataset';
import type { ExpandedQuery } from '../../lambda/query/expanded';

/** A dataset and a query that fits it. Prints as a table and the query. */
export interface Scenario {
  readonly dataset: ReferenceDataset;
  readonly query: ExpandedQuery;
  /** Another query that fits the dataset. */
  readonly otherQuery: ExpandedQuery;
  /** What every string dictionary of every part starts with, used by a row or not. */
  readonly dictionaryStart: readonly string[];
}

/** Everything a query can ask, over up to three parts of up to six groups. */
export const anyScenario = scenarios(partPlans(30, 6, false), anyQuery);

/** Sequences over groups with enough rows to have several candidates for each step. */
export const sequenceScenario = scenarios(partPlans(24, 2, true), sequenceQuery);

/** Aggregations and sum targets, of which the order of summation must not show. */
export const aggregationScenario = scenarios(partPlans(30, 3, false), aggregationQuery);

function scenarios(plans: fc.Arbitrary<RowPlan[][]>, queries: fc.Arbitrary<QueryPlan>): fc.Arbitrary<Scenario> {
  const dictionaryStart = fc.subarray(['d', 'unused', 'a', '', 'ab']);
  const planned = fc.record({ pools, plans, plan: queries, otherPlan: queries, dictionaryStart });
  return planned.map(({ pools, plans, plan, otherPlan, dictionaryStart }) => {
    const dataset = datasetFrom(plans, pools);
    const scenario = { dataset, query: queryFrom(plan, pools), otherQuery: queryFrom(otherPlan, pools), dictionaryStart };
    return { ...scenario, [fc.toStringMethod]: () => printed(scenario) };
  });
}

function printed({ dataset: { parts, columns }, query, otherQuery, dictionaryStart }: Scenario): string {
  const names = [...columns.keys()];
  const tables = parts.map((rows, part) => [`part ${part}`, ...rows.map((row) => names.map((name) => fc.stringify(row[name])).join('  '))]);
  const header = [...columns].map(([name, type]) => `${name}:${type}`).join('  ');
  return [
    '',
    header,
    ...tables.flat(),
    `query ${fc.stringify(query)}`,
    `other query ${fc.stringify(otherQuery)}`,
    `dictionaries start with ${fc.stringify(dictionaryStart)}`,
  ].join('\n');
}
