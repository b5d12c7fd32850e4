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
  /** Whether another run would fail alike. */
  readonly isFinal: boolean;

  constructor(failure: TaskFailure, attempts: number) {
    super(attempts > 1 ? `${failure.message} (tried ${attempts} times)` : failure.message);
    this.kind = failure.errorKind;
    this.isFinal = !failure.retryable;
  }
}

export class JobTimeoutError extends FrocketError {
  readonly kind = 'TIMEOUT';

  /**
   * @param timeout milliseconds
   * @param missing what was waited for, a sentence without its end
   */
  constructor(
    readonly timeout: number,
    missing?: string,
  ) {
    super(`Not finished within ${timeout / 1000} seconds${missing === undefined ? '' : `: ${missing}`}.`);
  }
}

/** The files of a dataset cannot be listed just now; another attempt may succeed. */
export class StorageUnavailableError extends FrocketError {
  readonly kind = 'TASK_FAILED';
}

/** A request that may well succeed when it comes again in a moment. */
export abstract class ComeAgainError extends FrocketError {
  abstract readonly status: 429 | 503;
  /** Seconds. */
  readonly retryAfter: number = 1;
}

/** More jobs than may run and wait at once. */
export class TooManyJobsError extends ComeAgainError {
  readonly kind = 'LIMIT';
  readonly status = 429;

  constructor(what: string) {
    super(`Too much at once: ${what}. Send it again in a moment.`);
  }
}

/** The server shuts down before the request has its answer. */
export class ServerClosingError extends ComeAgainError {
  readonly kind = 'TASK_FAILED';
  readonly status = 503;

  constructor() {
    super('The server is shutting down; send it again once it is back.');
  }
}
