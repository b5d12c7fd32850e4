import type { SharedError } from '../datastore/process-sharing';
import { FrocketError } from '../query/errors';
import type { ErrorKind } from '../query/errors';
import { TaskFailedError, TooManyJobsError } from './errors';

/** Whether the same query on the same files would fail in the same way again, whoever runs it. */
export function isFinalFailure(error: unknown): error is FrocketError {
  if (error instanceof TaskFailedError) {
    return error.isFinal;
  }
  return error instanceof FrocketError && error.kind === 'LIMIT' && !(error instanceof TooManyJobsError);
}

/** Another process ran the same query, and this is how it failed. */
export class ForeignRunError extends FrocketError {
  readonly kind: ErrorKind;

  constructor({ kind, message }: SharedError) {
    super(message);
    this.kind = kind;
  }
}
