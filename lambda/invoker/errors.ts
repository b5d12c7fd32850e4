import type { TaskFailure } from '../datastore/job';
import { FrocketError } from '../query/errors';
import type { ErrorKind } from '../query/errors';

/** There is no such dataset, job or route. */
export class NotFoundError extends FrocketError {
  readonly kind = 'NOT_FOUND';
}

/** The request is right, but not now: what it is about is in use. */
export class ConflictError extends FrocketError {
  readonly kind = 'CONFLICT';
}

/** A task failed for good; the message names its part and the cause. */
export class TaskFailedError extends FrocketError {
  readonly kind: ErrorKind;

  constructor(failure: TaskFailure, attempts: number) {
    super(attempts > 1 ? `${failure.message} (tried ${attempts} times)` : failure.message);
    this.kind = failure.errorKind;
  }
}

export class JobTimeoutError extends FrocketError {
  readonly kind = 'TIMEOUT';

  /** @param timeout milliseconds */
  constructor(timeout: number) {
    super(`Not finished within ${timeout / 1000} seconds.`);
  }
}

/** The files of a dataset cannot be listed just now; another attempt may succeed. */
export class StorageUnavailableError extends FrocketError {
  readonly kind = 'TASK_FAILED';
}
