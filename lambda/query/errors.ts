/** The kinds of error that a client can tell apart; `docs/query-guide.md` lists when each is given. */
export type ErrorKind =
  | 'SCHEMA'
  | 'RELATION'
  | 'DATASET_MISMATCH'
  | 'TYPE_MISMATCH'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'LIMIT'
  | 'TASK_FAILED'
  | 'TIMEOUT'
  | 'INTERNAL';

/** An error that is the answer to a request: its message is written for the client and holds nothing secret. */
export abstract class FrocketError extends Error {
  abstract readonly kind: ErrorKind;

  /** @param path JSON Pointer (RFC 6901) into the request's body to what is wrong, where there is such a place. */
  constructor(
    message: string,
    readonly path?: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** The request has not the documented shape. */
export class SchemaError extends FrocketError {
  readonly kind = 'SCHEMA';
}

/** A relation does not parse, or names no condition. */
export class RelationError extends FrocketError {
  readonly kind = 'RELATION';
}

/** A column is named that the dataset does not have. */
export class DatasetMismatchError extends FrocketError {
  readonly kind = 'DATASET_MISMATCH';
}

/** An operator, value, target or timeframe does not fit its column. */
export class TypeMismatchError extends FrocketError {
  readonly kind = 'TYPE_MISMATCH';
}

/** A result or a request is larger than a stated limit; `limitOf` decides between HTTP 413 and 422. */
export class LimitError extends FrocketError {
  readonly kind = 'LIMIT';

  constructor(
    message: string,
    readonly limitOf: 'request' | 'result',
    path?: string,
  ) {
    super(message, path);
  }
}
