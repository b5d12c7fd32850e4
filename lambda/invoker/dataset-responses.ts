import type { ColumnRecord, DatasetRecord } from '../datastore/dataset';
import type { DatasetSchema } from '../query/dataset-schema';
import type { DatasetSummary, FullColumn, FullSchema, PartsResponse, ShortSchema } from './service';

export function datasetSummary({ id, basepath, parts, groupIdColumn, timestampColumn }: DatasetRecord): DatasetSummary {
  return { id: { name: id.name, registeredAt: id.registeredAt }, basepath, totalParts: parts.length, groupIdColumn, timestampColumn };
}

export function shortSchema({ schema }: DatasetRecord): ShortSchema {
  return {
    columns: Object.fromEntries(schema.columns.map(({ name, type }) => [name, type])),
    minTimestamp: schema.minTimestamp,
    maxTimestamp: schema.maxTimestamp,
    ...categoricals(schema.columns),
  };
}

export function fullSchema({ schema, groupIdColumn, timestampColumn }: DatasetRecord): FullSchema {
  return {
    columns: Object.fromEntries(schema.columns.map((column) => [column.name, fullColumn(column)])),
    groupIdColumn,
    timestampColumn,
    minTimestamp: schema.minTimestamp,
    maxTimestamp: schema.maxTimestamp,
    ...categoricals(schema.columns),
    unsupportedColumns: Object.fromEntries(schema.unsupportedColumns.map(({ name, reason }) => [name, reason])),
  };
}

export function partsResponse({ parts }: DatasetRecord): PartsResponse {
  return {
    filenames: parts.map(({ filename }) => filename),
    namingMethod: 'LIST',
    totalParts: parts.length,
    totalSize: parts.reduce((total, { size }) => total + size, 0),
  };
}

/** What the query language needs to know of the dataset. */
export function querySchemaOf({ groupIdColumn, timestampColumn, schema }: DatasetRecord): DatasetSchema {
  return {
    groupIdColumn,
    timestampColumn,
    columns: new Map(
      schema.columns.map(({ name, type, logical, categories }) => [
        name,
        { type, logical, ...(categories !== null && { topValues: categories.topValues.map(({ value }) => value) }) },
      ]),
    ),
    minTimestamp: schema.minTimestamp,
    maxTimestamp: schema.maxTimestamp,
  };
}

/** As in the original, a column that its writer marked as categorical is not listed as a potential one as well. */
function categoricals(columns: readonly ColumnRecord[]): Pick<ShortSchema, 'sourceCategoricals' | 'potentialCategoricals'> {
  const categorical = columns.filter(({ categories }) => categories !== null);
  return {
    sourceCategoricals: columns.filter(({ sourceCategorical }) => sourceCategorical).map(({ name }) => name),
    potentialCategoricals: categorical.filter(({ sourceCategorical }) => !sourceCategorical).map(({ name }) => name),
  };
}

function fullColumn({ name, type, dtypeName, range, categories }: ColumnRecord): FullColumn {
  return {
    name,
    coltype: type,
    dtypeName,
    colattrs: {
      categorical: categories !== null,
      ...(range !== null && { numericMin: range.min, numericMax: range.max }),
      ...(categories !== null && {
        catTopValues: Object.fromEntries(categories.topValues.map(({ value, share }) => [value, share])),
        catUniqueRatio: categories.uniqueRatio,
      }),
    },
  };
}
