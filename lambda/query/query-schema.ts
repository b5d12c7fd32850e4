import * as z from 'zod';
import { datasetVocabulary } from './dataset-vocabulary';
import type { DatasetSchema } from './dataset-schema';
import { anyVocabulary, querySchema } from './input-schema';
import type { Vocabulary } from './input-schema';
import { chooseAny, isMisuse } from './schema-parts';

/** A JSON Schema, draft 2020-12: a JSON value. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema of the query language, for any dataset. */
export function publishedQuerySchema(): JsonSchema {
  return asJsonSchema(anyVocabulary(chooseAny), 'Funnel Rocket query');
}

/**
 * JSON Schema of the queries that one dataset can answer: its columns, each with its operators and values. It accepts
 * what `parseQuery` accepts, but for what JSON Schema cannot say: the relation's grammar, names that must differ, days
 * that do not exist, regular expressions, a timeframe that ends before it begins.
 */
export function datasetQuerySchema(dataset: DatasetSchema): JsonSchema {
  return asJsonSchema(datasetVocabulary(dataset), 'Funnel Rocket query of this dataset');
}

function asJsonSchema(vocabulary: Vocabulary, title: string): JsonSchema {
  const schema = querySchema(vocabulary, chooseAny).meta({
    title,
    description: 'Execution order: timeframe, conditions and relation, query aggregations, funnel over the rows of the matching groups.',
  });
  return {
    ...z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema instanceof z.ZodObject) withoutMisuses(zodSchema, jsonSchema);
      },
    }),
  };
}

/** Leaves out properties that are there to be refused with a good message: an editor would suggest them. */
function withoutMisuses({ shape }: z.ZodObject, jsonSchema: z.core.JSONSchema.BaseSchema): void {
  for (const key of Object.keys(shape)) {
    if (isMisuse(shape[key])) delete jsonSchema.properties?.[key];
  }
}
