import type { ColumnInspection } from '../datastore/inspection';
import { DatasetMismatchError, TypeMismatchError } from '../query/errors';
import type { InspectedPart } from './merge-inspections';

/**
 * Checks that parts have the same columns of the same types; their order may differ.
 *
 * @throws DatasetMismatchError or TypeMismatchError naming a column and two parts that differ in it
 */
export function refuseDifferentSchemas([first, ...others]: readonly InspectedPart[]): void {
  for (const other of others) {
    refuseMissingColumns(first, other);
    refuseMissingColumns(other, first);
    refuseOtherTypes(first, other);
  }
}

function refuseMissingColumns(having: InspectedPart, lacking: InspectedPart): void {
  const columns = columnsByName(lacking);
  const missing = having.inspection.columns.find(({ name }) => !columns.has(name));
  if (missing === undefined) {
    return;
  }
  const unsupported = lacking.inspection.unsupportedColumns.find(({ name }) => name === missing.name);
  const instead = unsupported === undefined ? 'does not' : `has it as ${unsupported.reason}`;
  throw new DatasetMismatchError(
    `The parts differ: '${having.filename}' has a column '${missing.name}' (${missing.dtypeName}), '${lacking.filename}' ${instead}.`,
  );
}

function refuseOtherTypes(first: InspectedPart, other: InspectedPart): void {
  const columns = columnsByName(other);
  for (const expected of first.inspection.columns) {
    const found = columns.get(expected.name);
    if (found !== undefined && (found.type !== expected.type || found.logical !== expected.logical)) {
      throw new TypeMismatchError(
        `The parts differ: column '${expected.name}' is ${describeType(expected)} in '${first.filename}', ` +
          `but ${describeType(found)} in '${other.filename}'.`,
      );
    }
  }
}

function columnsByName({ inspection }: InspectedPart): Map<string, ColumnInspection> {
  return new Map(inspection.columns.map((column) => [column.name, column]));
}

function describeType({ type, dtypeName }: ColumnInspection): string {
  return `${type} (${dtypeName})`;
}
