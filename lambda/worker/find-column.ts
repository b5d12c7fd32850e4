import type { ParquetFile } from '../parquet/parquet-file';
import { MissingColumnError, UnsupportedColumnError } from './errors';

/**
 * The description of a column that a task needs.
 *
 * @throws MissingColumnError or UnsupportedColumnError
 */
export function findColumn(file: ParquetFile, name: string): ParquetFile['columns'][number] {
  const column = file.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) {
    return column;
  }
  const unsupported = file.unsupportedColumns.find((candidate) => candidate.name === name);
  if (unsupported !== undefined) {
    throw new UnsupportedColumnError(name, unsupported.reason);
  }
  throw new MissingColumnError(
    name,
    file.columns.map((candidate) => candidate.name),
  );
}
