import type { PartFile } from '../datastore/dataset';
import type { TaskFailure, TaskStats, Work } from '../datastore/job';
import { GroupIdError, TimestampError } from '../engine/errors';
import { FrocketError, LimitError } from '../query/errors';
import type { ErrorKind } from '../query/errors';

/** What an error on a part means to the client, and whether another attempt may do better. */
export function taskFailure(work: Work['kind'], part: PartFile, error: unknown, stats: TaskStats): TaskFailure {
  const cause = error instanceof Error ? error.message : String(error);
  return {
    status: 'ENDED_FAILED',
    errorKind: errorKindOf(work, error),
    message: cause.includes(part.filename) ? cause : `Part '${part.filename}': ${cause}`,
    retryable: isRetryable(error),
    stats,
  };
}

/**
 * A registration names columns, so a part that cannot have them is a mistake in the request. A query has been checked
 * against the dataset before it gets here: where a part does not fit, it is the part that is at fault.
 */
function errorKindOf(work: Work['kind'], error: unknown): ErrorKind {
  if (work === 'query') {
    return error instanceof LimitError ? error.kind : 'TASK_FAILED';
  }
  if (error instanceof FrocketError) {
    return error.kind;
  }
  return error instanceof GroupIdError || error instanceof TimestampError ? 'TYPE_MISMATCH' : 'TASK_FAILED';
}

/** Storage says of its errors whether they may pass; what the data or the query causes does not. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}
