import { FrocketError } from '../../lambda/query/errors';
import type { ErrorKind } from '../../lambda/query/errors';
import { ApiUnreachableError, CredentialsError, GatewayError } from '../client/errors';
import { UsageError } from './usage-error';

export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  limit: 5,
  task: 6,
  /** Of `frocket doctor`. */
  checkFailed: 6,
  unreachable: 7,
  interrupted: 130,
} as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const ofKind: Readonly<Record<ErrorKind, ExitCode>> = {
  SCHEMA: exitCodes.usage,
  RELATION: exitCodes.usage,
  DATASET_MISMATCH: exitCodes.usage,
  TYPE_MISMATCH: exitCodes.usage,
  NOT_FOUND: exitCodes.notFound,
  CONFLICT: exitCodes.conflict,
  LIMIT: exitCodes.limit,
  TASK_FAILED: exitCodes.task,
  TIMEOUT: exitCodes.task,
  INTERNAL: exitCodes.unexpected,
};

export const exitCodesHelp = `Exit codes:
  0  done
  1  unexpected error
  2  wrong use, or an invalid query or request (SCHEMA, RELATION,
     DATASET_MISMATCH, TYPE_MISMATCH)
  3  no such dataset (NOT_FOUND)
  4  the dataset is in use (CONFLICT)
  5  over a stated limit (LIMIT)
  6  a part could not be processed, or not in time (TASK_FAILED, TIMEOUT); a
     check of doctor failed
  7  the API given with --api cannot be reached, refuses who asks, or is none
     of Funnel Rocket's
  130  interrupted`;

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof FrocketError) {
    return ofKind[error.kind];
  }
  if (error instanceof UsageError) {
    return exitCodes.usage;
  }
  return [ApiUnreachableError, GatewayError, CredentialsError].some((refusal) => error instanceof refusal) ? exitCodes.unreachable : exitCodes.unexpected;
}
