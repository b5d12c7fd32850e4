import * as z from 'zod';
import type { ColumnSchema, DatasetSchema } from './dataset-schema';
import type { Numeric, Operator, Scalar } from './expanded';
import { filterNotations, valueList } from './filter-schema';
import type { FilterNotations, FilterValue } from './filter-schema';
import type { Vocabulary } from './input-schema';
import { instantPattern } from './instants';
import { isSetOperator, operatorsOfType } from './operators';
import { oneOfWords } from './schema-parts';
import { plausibleBounds } from './timeframe';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The columns of one dataset with their operators and values. For publishing only: `ColumnChecker` judges, and says more. */
export function datasetVocabulary(dataset: DatasetSchema): Vocabulary {
  const { columns, timestampColumn } = dataset;
  const names = [...columns.keys()];
  const numericNames = names.filter((name) => ['INT', 'FLOAT'].includes(columns.get(name)?.type ?? ''));
  const timeType = columns.get(timestampColumn)?.type === 'INT' ? 'integer' : 'number';
  return {
    column: oneOfWords(names).meta({ id: 'column', description: 'A column of the dataset.' }),
    numericColumn: oneOfWords(numericNames).meta({ id: 'numericColumn', description: 'A numeric column of the dataset.' }),
    filter: filtersOf([...columns].flatMap(([name, column]) => columnFilters(name, column))),
    bound: published<Numeric>(boundSchema(timeType, dataset)),
    duration: published<Numeric>({ type: timeType, minimum: 0 }).meta({ id: 'duration', description: `In the unit of the column ${timestampColumn}.` }),
  };
}

function filtersOf(filters: readonly FilterNotations[]): FilterNotations {
  return { shorthand: z.union(filters.map(({ shorthand }) => shorthand)), verbose: z.union(filters.map(({ verbose }) => verbose)) };
}

/** A column's filters: those with one value, and those with a list. */
function columnFilters(name: string, column: ColumnSchema): FilterNotations[] {
  const operators: readonly Operator[] = operatorsOfType[column.type];
  const lists = operators.filter(isSetOperator);
  const title = `${name} (${column.logical ?? column.type})`;
  const value = published<Scalar>(valueSchema(column));
  const filters = (words: readonly Operator[], fitting: z.ZodType<FilterValue>): FilterNotations => {
    const { shorthand, verbose } = filterNotations(z.literal(name).meta({ title }), z.enum(words), fitting);
    return { shorthand: shorthand.meta({ title }), verbose: verbose.meta({ title }) };
  };
  const single = filters(
    operators.filter((op) => !isSetOperator(op)),
    value,
  );
  return lists.length === 0 ? [single] : [single, filters(lists, valueList(value))];
}

function valueSchema({ type, logical, topValues }: ColumnSchema): JsonSchema {
  switch (type) {
    case 'INT':
      return logical === null
        ? { type: 'integer' }
        : {
            anyOf: [
              { type: 'integer', title: 'Milliseconds since the epoch' },
              { type: 'string', title: 'ISO-8601 date or date-time, UTC where it names no zone', pattern: instantPattern.source },
            ],
            examples: ['2024-03-01', '2024-03-01T10:30:00Z'],
          };
    case 'FLOAT':
      return { type: 'number' };
    case 'BOOL':
      return { type: 'boolean' };
    case 'STRING':
      return { type: 'string', ...(topValues === undefined ? {} : { examples: [...topValues] }) };
  }
}

/** Bounds in another unit than the dataset's times are errors; 0 and before are not. */
function boundSchema(type: 'integer' | 'number', dataset: DatasetSchema): JsonSchema {
  const description = `In the unit of the column ${dataset.timestampColumn}.`;
  const plausible = plausibleBounds(dataset);
  if (plausible === null) return { type, description };
  const { least, greatest } = plausible;
  return { type, description, anyOf: [{ maximum: 0 }, { minimum: least, maximum: greatest }], examples: [Number(dataset.minTimestamp), Number(dataset.maxTimestamp)] };
}

function published<T>(schema: JsonSchema) {
  return z.custom<T>().meta({ ...schema });
}
