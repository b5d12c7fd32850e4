import { DatastoreUnavailableError } from '../datastore/errors';
import { FrocketError, LimitError } from '../query/errors';
import type { ErrorKind } from '../query/errors';
import { ComeAgainError } from './errors';
import type { ErrorResponse } from './service';

/** LIMIT is 413 where the request is too large, 422 where its result is, and 429 where there is too much at once; TASK_FAILED is 503 at shutdown, INTERNAL while the datastore is away. */
export const STATUS_OF_KIND = {
  SCHEMA: [400],
  RELATION: [400],
  DATASET_MISMATCH: [400],
  TYPE_MISMATCH: [400],
  NOT_FOUND: [404],
  CONFLICT: [409],
  LIMIT: [422, 413, 429],
  TASK_FAILED: [502, 503],
  TIMEOUT: [504],
  INTERNAL: [500, 503],
} as const satisfies Record<ErrorKind, readonly [number, ...number[]]>;

/** A request that is refused before its route is looked at: its method, or where it comes from. */
export class RefusedRequestError extends FrocketError {
  readonly kind = 'SCHEMA';

  constructor(
    message: string,
    readonly status: 403 | 405,
  ) {
    super(message);
  }
}

export interface ErrorAnswer {
  readonly status: number;
  readonly body: ErrorResponse;
  /** Seconds after which the same request may succeed, where that is known. */
  readonly retryAfter?: number;
}

/** What a client is told of an error. Of an error that is not made for clients it learns the request ID only. */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof DatastoreUnavailableError) {
    const errorMessage = `The datastore cannot be used now; send the request again in a moment. ${error.message}`;
    return { status: 503, body: { success: false, errorMessage, errorKind: 'INTERNAL', requestId }, retryAfter: 1 };
  }
  if (!(error instanceof FrocketError)) {
    const errorMessage = `Internal error. The server's log has its details under the request ID ${requestId}.`;
    return { status: 500, body: { success: false, errorMessage, errorKind: 'INTERNAL', requestId } };
  }
  return {
    status: statusOf(error),
    body: { success: false, errorMessage: error.message, errorKind: error.kind, ...(error.path !== undefined && { path: error.path }), requestId },
    ...(error instanceof ComeAgainError && { retryAfter: error.retryAfter }),
  };
}

function statusOf(error: FrocketError): number {
  if (error instanceof RefusedRequestError || error instanceof ComeAgainError) {
    return error.status;
  }
  return error instanceof LimitError && error.limitOf === 'request' ? 413 : STATUS_OF_KIND[error.kind][0];
}

/** The client went away before it had its answer: the reason with which its job is aborted. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}
