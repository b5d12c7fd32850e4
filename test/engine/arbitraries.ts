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
  /** What every string dictionary of every part starts with, used by a row or not. */
  readonly dictionaryStart: readonly string[];
}

/** Everything a query can ask, over up to three parts of up to six groups. */
export const anyScenario = scenario(partPlans(30, 6, false), anyQuery);

/** Sequences over groups with enough rows to have several candidates for each step. */
export const sequenceScenario = scenario(partPlans(24, 2, true), sequenceQuery);

/** Aggregations and sum targets, of which the order of summation must not show. */
export const aggregationScenario = scenario(partPlans(30, 3, false), aggregationQuery);

function scenario(plans: fc.Arbitrary<RowPlan[][]>, queries: fc.Arbitrary<QueryPlan>): fc.Arbitrary<Scenario> {
  const dictionaryStart = fc.subarray(['d', 'unused', 'a', '', 'ab']);
  return fc.record({ pools, plans, plan: queries, dictionaryStart }).map(({ pools, plans, plan, dictionaryStart }) => {
    const dataset = datasetFrom(plans, pools);
    const query = queryFrom(plan, pools);
    return { dataset, query, dictionaryStart, [fc.toStringMethod]: () => printed(dataset, query, dictionaryStart) };
  });
}

function printed({ parts, columns }: ReferenceDataset, query: ExpandedQuery, dictionaryStart: readonly string[]): string {
  const names = [...columns.keys()];
  const tables = parts.map((rows, part) => [`part ${part}`, ...rows.map((row) => names.map((name) => fc.stringify(row[name])).join('  '))]);
  const header = [...columns].map(([name, type]) => `${name}:${type}`).join('  ');
  return ['', header, ...tables.flat(), `query ${fc.stringify(query)}`, `dictionaries start with ${fc.stringify(dictionaryStart)}`].join('\n');
}
