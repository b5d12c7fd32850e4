import * as z from 'zod';
import { aggregationsSchema } from './aggregation-schema';
import { conditionsSchema } from './condition-schema';
import type { Numeric } from './expanded';
import { anyFilter, eitherNotation } from './filter-schema';
import type { FilterNotations } from './filter-schema';
import { chooseMeant, closedObject, isNumeric, must, numberWhere } from './schema-parts';
import type { Choose } from './schema-parts';
import { stepsSchema } from './sequence-schema';
import { show } from './wording';

/** What of a query's shape depends on how much is known of the dataset. */
export interface Vocabulary {
  readonly column: z.ZodType<string>;
  readonly numericColumn: z.ZodType<string>;
  readonly filter: FilterNotations;
  /** A bound of the timeframe, in the timestamp column's unit. */
  readonly bound: z.ZodType<Numeric>;
  /** In the timestamp column's unit. */
  readonly duration: z.ZodType<Numeric>;
}

/** What is said of any dataset. */
export function anyVocabulary(choose: Choose): Vocabulary {
  const column = z.string({ error: must("a column's name") });
  return {
    column,
    numericColumn: column,
    filter: anyFilter(choose),
    bound: numberWhere(isNumeric, 'a number, in the unit of the timestamp column', { type: 'number' }),
    duration: numberWhere((value) => value >= 0, 'a number, 0 or more, in the unit of the timestamp column', { type: 'number', minimum: 0 }),
  };
}

/**
 * The shape of a query: the one source of validation, of the TypeScript types and of the JSON Schema.
 *
 * @param choose how alternatives are judged: for reading or for publishing
 */
export function querySchema({ column, numericColumn, filter, bound, duration }: Vocabulary, choose: Choose) {
  const verboseFilter = filter.verbose.meta({ id: 'verboseFilter', title: 'A filter: {"column", "op", "value"}' });
  const rowFilters = {
    filter: eitherNotation(
      choose,
      filter.shorthand.meta({ title: 'A filter: ["column", "op", value]' }),
      verboseFilter,
      '["column", "operator", value] or {"column", "op", "value"}',
    ).meta({ id: 'filter' }),
    filters: z
      .array(verboseFilter, { error: must('a list of filters {"column", "op", "value"}') })
      .min(1, { error: 'must not be an empty list' })
      .meta({ description: 'All must hold in the same row.' }),
  };
  const steps = stepsSchema(choose, rowFilters, duration);
  const aggregations = aggregationsSchema(choose, column, numericColumn);
  const timeframe = closedObject({ from: bound.optional(), to: bound.optional() })
    .superRefine(({ from, to }, context) => {
      if (from === undefined || to === undefined || from < to) return;
      context.addIssue({ code: 'custom', message: `must begin before it ends, but "from" is ${show(from)} and "to" is ${show(to)}` });
    })
    .meta({ description: 'Only rows with from <= time < to take part.' });
  const query = closedObject({
    relation: z
      .string({ error: must('a text like "and", "or" or "$0 and ($1 or $name)"') })
      .optional()
      // Checked by the relation's own parser, which says more.
      .meta({ pattern: '\\S', description: 'How the conditions combine: "and" (default), "or", or an expression over $0, $1, … and $name.' }),
    conditions: conditionsSchema(choose, rowFilters, steps, numericColumn, duration)
      .optional()
      .meta({ description: 'What is asked of each group.' }),
    aggregations: aggregations.optional().meta({ description: 'Over all rows of the matching groups.' }),
  });
  const funnel = closedObject({
    sequence: steps,
    maxDuration: duration.optional().meta({ description: "Greatest time from the first step's row to the last's." }),
    stepAggregations: aggregations.optional().meta({ description: 'For each found step, over the rows of the groups that came so far.' }),
    endAggregations: aggregations.optional().meta({ description: 'Over the rows of the groups that completed the sequence.' }),
  });
  return closedObject({
    timeframe: timeframe.optional(),
    query: query.optional().meta({ description: 'Which groups match.' }),
    funnel: funnel.optional().meta({ description: 'How far the matching groups come.' }),
  });
}

/** A query as users write it. Numbers are those of `parseJson`: bigints where integers lie beyond ±(2^53 − 1). */
export type QueryInput = z.infer<ReturnType<typeof querySchema>>;
type QueryPart = NonNullable<QueryInput['query']>;
export type ConditionInput = NonNullable<QueryPart['conditions']>[number];
export type AggregationInput = NonNullable<QueryPart['aggregations']>[number];
export type FunnelInput = NonNullable<QueryInput['funnel']>;
export type StepInput = FunnelInput['sequence'][number];

/** For reading queries, before the dataset is looked at. */
export const readingSchema = querySchema(anyVocabulary(chooseMeant), chooseMeant);
