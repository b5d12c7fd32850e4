import type { KeyValue } from 'hyparquet';

/**
 * Names of the columns that pandas wrote as categoricals: the `pandas` entry of a file's metadata lists them. Metadata
 * that cannot be understood name none, since nothing else depends on them.
 */
export function pandasCategoricals(metadata: readonly KeyValue[] | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  const json = metadata?.find(({ key }) => key === 'pandas')?.value;
  for (const column of listedColumns(json)) {
    if (!isRecord(column) || column.pandas_type !== 'categorical') continue;
    const name = column.field_name ?? column.name;
    if (typeof name === 'string') names.add(name);
  }
  return names;
}

function listedColumns(json: string | undefined): readonly unknown[] {
  if (json === undefined) return [];
  try {
    const pandas: unknown = JSON.parse(json);
    return isRecord(pandas) && Array.isArray(pandas.columns) ? pandas.columns : [];
  } catch {
    return [];
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
