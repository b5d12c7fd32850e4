import { randomUUID } from 'node:crypto';
import { FrocketError } from '../../lambda/query/errors';
import { stringifyJson } from '../../lambda/query/json';
import type { ErrorResponse } from '../../lambda/invoker/service';
import { ApiError } from '../client/errors';
import { coloursFor } from '../output/colours';
import { fragmentAt } from '../output/fragment';
import { UsageError } from './usage-error';

/** What the command line was asked to do, as far as it matters for telling an error. */
interface Asked {
  json: boolean;
  /** The text that a JSON Pointer of an error points into. */
  queryText: string | null;
}

const builtIn: ReadonlySet<unknown> = new Set([Error, TypeError, RangeError, ReferenceError, SyntaxError]);

const asked: Asked = { json: false, queryText: null };

/** Told by a command as soon as it knows, so that an error at any later point is reported as the user wants it. */
export function rememberForErrors(known: Partial<Asked>): void {
  Object.assign(asked, known);
}

/** For programs (`--json`) an `ErrorResponse` on stdout; for people a few lines on stderr. */
export function reportError(error: unknown): void {
  if (asked.json) {
    process.stdout.write(stringifyJson(errorResponse(error)) + '\n');
  } else {
    process.stderr.write(errorText(error));
  }
}

function errorResponse(error: unknown): ErrorResponse {
  const path = error instanceof FrocketError ? error.path : undefined;
  return {
    success: false,
    errorMessage: messageOf(error),
    errorKind: error instanceof FrocketError ? error.kind : error instanceof UsageError ? 'SCHEMA' : 'INTERNAL',
    ...(path === undefined ? {} : { path }),
    requestId: error instanceof ApiError ? error.requestId : randomUUID(),
  };
}

function errorText(error: unknown): string {
  const colours = coloursFor(process.stderr);
  const lines = [`${colours.red('Error:')} ${messageOf(error)}`];
  // An empty pointer means the whole, which needs no pointing at.
  if (error instanceof FrocketError && error.path) {
    const fragment = asked.queryText === null ? null : fragmentAt(asked.queryText, error.path);
    lines.push(`  at ${colours.bold(error.path)}${fragment === null ? '' : ':'}`);
    if (fragment !== null) {
      lines.push(fragment.replace(/^/gm, '    '));
    }
  }
  if (isBug(error)) {
    lines.push(colours.dim(error.stack ?? ''));
  }
  return lines.join('\n') + '\n';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** JavaScript's own error, not the operating system's refusal or one that we named: the stack helps whoever reads a report. */
function isBug(error: unknown): error is Error {
  return error instanceof Error && builtIn.has(error.constructor) && !('code' in error);
}
