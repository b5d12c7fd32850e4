import { RE2JS, RE2JSException } from 're2js';
import type { ColumnSchema, DatasetSchema } from './dataset-schema';
import { DatasetMismatchError, LimitError, SchemaError, TypeMismatchError } from './errors';
import type { ColumnType, Filter, Numeric, Operator, Scalar } from './expanded';
import { parseInstant } from './instants';
import { maxPatternLength, maxPatternSteps } from './limits';
import type { Placed, PlacedFilter } from './notation';
import { operatorsOfType } from './operators';
import { placeOf, pointerOf } from './pointer';
import type { Path } from './pointer';
import { isNumeric, isWhole } from './schema-parts';
import { oneOf, show, suggestion } from './wording';

/** Fits what a query says of columns to the columns of a dataset, or throws. */
export class ColumnChecker {
  readonly #columns: ReadonlyMap<string, ColumnSchema>;
  /** Whether times and durations are whole numbers. */
  readonly #wholeTimes: boolean;

  constructor({ columns, timestampColumn }: DatasetSchema) {
    this.#columns = columns;
    this.#wholeTimes = columns.get(timestampColumn)?.type === 'INT';
  }

  /** @throws DatasetMismatchError */
  column({ value: name, path }: Placed<string>): ColumnSchema {
    const column = this.#columns.get(name);
    if (column !== undefined) return column;
    const message = `${placeOf(path)}: the dataset has no column ${show(name)} of a supported type${suggestion(name, [...this.#columns.keys()])}`;
    throw new DatasetMismatchError(message, pointerOf(path));
  }

  /** @throws DatasetMismatchError, TypeMismatchError */
  numericColumn(name: Placed<string>): ColumnSchema {
    const column = this.column(name);
    if (column.type === 'INT' || column.type === 'FLOAT') return column;
    throw mismatch(name.path, `must be a numeric column, but ${show(name.value)} is ${column.type}`);
  }

  /** @throws DatasetMismatchError, TypeMismatchError, for a regular expression SchemaError where RE2 does not take it and LimitError */
  filter({ column: name, op, value }: PlacedFilter): Filter {
    const column = this.column(name);
    const operators: readonly Operator[] = operatorsOfType[column.type];
    if (!operators.includes(op.value)) {
      throw unfitting(op, oneOf(operators.map(show)), name.value, column);
    }
    const fitted = (item: Scalar, path: Path): Scalar => {
      const fitting = fittingValue(item, column);
      if (fitting === null) throw unfitting({ value: item, path }, expected(column), name.value, column);
      return fitting;
    };
    const filter: Filter = {
      column: name.value,
      op: op.value,
      value: isList(value.value) ? value.value.map((item, index) => fitted(item, [...value.path, index])) : fitted(value.value, value.path),
    };
    if (op.value === 'regex') checkPattern(filter.value, value.path);
    return filter;
  }

  /**
   * A time or duration in the timestamp column's unit; null stays null.
   *
   * @throws TypeMismatchError for a fraction where the timestamp column holds integers
   */
  time(value: Numeric | undefined, path: Path): Numeric | null {
    if (value === undefined) return null;
    if (!this.#wholeTimes) return value;
    if (isWhole(value)) return exactInteger(value);
    throw mismatch(path, `must be a whole number, as the timestamp column holds integers, not ${show(value)}`);
  }
}

export function mismatch(path: Path, message: string): TypeMismatchError {
  return new TypeMismatchError(`${placeOf(path)} ${message}`, pointerOf(path));
}

function unfitting({ value, path }: Placed<Scalar>, be: string, name: string, { type, logical }: ColumnSchema): TypeMismatchError {
  return mismatch(path, `must be ${be}, as column ${show(name)} is ${logical ?? type}, not ${show(value)}`);
}

/** The value as the engine compares it; null where it does not fit. */
function fittingValue(value: Scalar, { type, logical }: ColumnSchema): Scalar | null {
  if (type === 'INT' && logical !== null && typeof value === 'string') return parseInstant(value);
  return fitsType[type](value) ? (type === 'INT' && isNumeric(value) ? exactInteger(value) : value) : null;
}

const fitsType: Record<ColumnType, (value: Scalar) => boolean> = {
  INT: (value) => isNumeric(value) && isWhole(value),
  FLOAT: isNumeric,
  BOOL: (value) => typeof value === 'boolean',
  STRING: (value) => typeof value === 'string',
};

function expected({ type, logical }: ColumnSchema): string {
  switch (type) {
    case 'INT':
      return logical === null ? 'a whole number' : 'milliseconds since the epoch or an ISO-8601 text like "2024-03-01" or "2024-03-01T10:00:00Z"';
    case 'FLOAT':
      return 'a number';
    case 'BOOL':
      return 'true or false';
    case 'STRING':
      return 'a text';
  }
}

/** Integers beyond ±(2^53 − 1) are bigints everywhere behind this point. */
function exactInteger(value: Numeric): Numeric {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? value : BigInt(value);
}

function isList(value: Filter['value']): value is readonly Scalar[] {
  return Array.isArray(value);
}

function checkPattern(value: Filter['value'], path: Path): void {
  const pattern = String(value);
  const atMost = (limit: string, found: number): LimitError =>
    new LimitError(`${placeOf(path)} takes a regular expression of at most ${limit}, not ${found}`, 'request', pointerOf(path));
  if (pattern.length > maxPatternLength) throw atMost(`${maxPatternLength} characters`, pattern.length);
  const steps = compiledSteps(pattern, path);
  if (steps > maxPatternSteps) throw atMost(`${maxPatternSteps} steps`, steps);
}

function compiledSteps(pattern: string, path: Path): number {
  try {
    return RE2JS.compile(pattern).programSize();
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new SchemaError(`${placeOf(path)} must be a regular expression in RE2 syntax, not ${show(pattern)}: ${error.message}`, pointerOf(path));
  }
}
