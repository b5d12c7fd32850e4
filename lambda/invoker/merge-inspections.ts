import type { Categories, ColumnRecord, DatasetSchemaRecord } from '../datastore/dataset';
import type { ColumnInspection, PartInspection } from '../datastore/inspection';
import type { Numeric } from '../query/expanded';

export interface InspectedPart {
  readonly filename: string;
  readonly inspection: PartInspection;
}

export interface CategoricalSettings {
  /** A string column is categorical where distinct values / rows is at most this. */
  readonly categoricalRatio: number;
  readonly topValuesMaximum: number;
  /** Least share of the rows that a listed value has. */
  readonly topValuesMinimumShare: number;
}

/** What the sampled parts, whose schemas agree, tell of the dataset. Columns are in the first part's order. */
export function mergeInspections(parts: readonly InspectedPart[], settings: CategoricalSettings): DatasetSchemaRecord {
  const inspections = parts.map(({ inspection }) => inspection);
  const rows = inspections.reduce((total, inspection) => total + inspection.rows, 0);
  const unsupported = new Map(inspections.flatMap(({ unsupportedColumns }) => unsupportedColumns.map((column) => [column.name, column])));
  return {
    columns: inspections[0].columns.map((first) => {
      const ofParts = inspections.flatMap(({ columns }) => columns.filter(({ name }) => name === first.name));
      return mergeColumn(first, ofParts, rows, settings);
    }),
    unsupportedColumns: [...unsupported.values()],
    minTimestamp: smallest(inspections.map(({ minTimestamp }) => minTimestamp)),
    maxTimestamp: greatest(inspections.map(({ maxTimestamp }) => maxTimestamp)),
  };
}

function mergeColumn(first: ColumnInspection, ofParts: readonly ColumnInspection[], rows: number, settings: CategoricalSettings): ColumnRecord {
  const min = smallest(ofParts.map(({ range }) => range?.min ?? null));
  const max = greatest(ofParts.map(({ range }) => range?.max ?? null));
  const sourceCategorical = ofParts.every((column) => column.sourceCategorical);
  const categories = mergeCategories(ofParts, rows, settings);
  return {
    name: first.name,
    type: first.type,
    logical: first.logical,
    dtypeName: first.dtypeName,
    sourceCategorical,
    range: min === null || max === null ? null : { min, max },
    categories: categories !== null && (sourceCategorical || categories.uniqueRatio <= settings.categoricalRatio) ? categories : null,
  };
}

function mergeCategories(ofParts: readonly ColumnInspection[], rows: number, settings: CategoricalSettings): Categories | null {
  const strings = ofParts.flatMap((column) => column.strings ?? []);
  const rowsByValue = new Map<string, number>();
  for (const { value, rows: count } of strings.flatMap(({ topValues }) => topValues)) {
    rowsByValue.set(value, (rowsByValue.get(value) ?? 0) + count);
  }
  if (rowsByValue.size === 0) {
    return null;
  }
  const complete = strings.every(({ distinct, topValues }) => distinct === topValues.length);
  // Where a part has too many values to list them, parts are taken to share none: a column of many values is then
  // never mistaken for one of few.
  const distinct = complete ? rowsByValue.size : strings.reduce((total, part) => total + part.distinct, 0);
  const topValues = [...rowsByValue]
    .map(([value, count]) => ({ value, share: count / rows }))
    .filter(({ share }) => share >= settings.topValuesMinimumShare)
    .sort((a, b) => b.share - a.share || (a.value < b.value ? -1 : 1))
    .slice(0, settings.topValuesMaximum);
  return { uniqueRatio: distinct / rows, topValues };
}

function smallest(values: readonly (Numeric | null)[]): Numeric | null {
  return values.reduce((best, value) => (best === null || (value !== null && value < best) ? value : best), null);
}

function greatest(values: readonly (Numeric | null)[]): Numeric | null {
  return values.reduce((best, value) => (best === null || (value !== null && value > best) ? value : best), null);
}
