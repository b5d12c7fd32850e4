import type { RequiredColumn } from '../datastore/job';
import { DatasetMismatchError, TypeMismatchError } from '../query/errors';
import { suggestion } from '../query/wording';

/** The part lacks a column. As of all errors of a task, the message is completed with the part's name. */
export class MissingColumnError extends DatasetMismatchError {
  constructor(column: string, columns: readonly string[]) {
    super(`has no column '${column}'${suggestion(column, columns)}`);
  }
}

/** The part has the column, but of a type that cannot be queried. */
export class UnsupportedColumnError extends TypeMismatchError {
  constructor(column: string, reason: string) {
    super(`column '${column}' cannot be queried: ${reason}`);
  }
}

/** The part's column has another type than the dataset was registered with. */
export class PartColumnTypeError extends Error {
  override readonly name = 'PartColumnTypeError';

  constructor(registered: RequiredColumn, found: Omit<RequiredColumn, 'name'>) {
    super(
      `column '${registered.name}' is ${describeType(found)}, but the dataset was registered with ${describeType(registered)}; ` +
        'register the dataset again, or write the part with the same type as the others',
    );
  }
}

/** The dataset lies where this worker may not read, or does not see it. */
export class OutsideRootsError extends Error {
  override readonly name = 'OutsideRootsError';

  constructor(basepath: string) {
    super(`'${basepath}' is not there under the roots that this worker was started with; start workers with the roots of all datasets that they serve`);
  }
}

function describeType({ type, logical }: Omit<RequiredColumn, 'name'>): string {
  return logical === null ? type : `${type} (${logical})`;
}
