import type { PartFile } from '../datastore/dataset';
import type { TaskFailure, TaskStats } from '../datastore/job';
import { GroupIdError, TimestampError } from '../engine/errors';
import { FrocketError } from '../query/errors';
import type { ErrorKind } from '../query/errors';

/** What an error on a part means to the client, and whether another attempt may do better. */
export function taskFailure(part: PartFile, error: unknown, stats: TaskStats): TaskFailure {
  const cause = error instanceof Error ? error.message : String(error);
  return {
    status: 'ENDED_FAILED',
    errorKind: errorKindOf(error),
    message: cause.includes(part.filename) ? cause : `Part '${part.filename}': ${cause}`,
    retryable: isRetryable(error),
    stats,
  };
}

function errorKindOf(error: unknown): ErrorKind {
  if (error instanceof FrocketError) {
    return error.kind;
  }
  return error instanceof GroupIdError || error instanceof TimestampError ? 'TYPE_MISMATCH' : 'TASK_FAILED';
}

/** Storage says of its errors whether they may pass; what the data or the query causes does not. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}
