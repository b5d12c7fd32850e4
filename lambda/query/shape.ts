import type * as z from 'zod';
import { LimitError, SchemaError } from './errors';
import { readingSchema } from './input-schema';
import type { QueryInput } from './input-schema';
import { placeOf, pointerOf } from './pointer';
import { factsOf } from './schema-parts';
import { show } from './wording';

/**
 * A JSON value as a query, if it has the shape of one; columns are not looked at.
 *
 * @param value as `parseJson` gives it
 * @throws SchemaError, or LimitError for a list that is too long
 */
export function checkShape(value: unknown): QueryInput {
  const result = readingSchema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw asError(result.error.issues);
}

/** One error for a person to act on: the first, but an unknown property before all, as it is often why another is missing. */
function asError(issues: readonly z.core.$ZodIssue[]): SchemaError | LimitError {
  const issue = issues.find((candidate) => factsOf(candidate).unknownKey !== undefined) ?? issues[0];
  const { path, message } = issue;
  const { unknownKey, limit } = factsOf(issue);
  if (unknownKey !== undefined) {
    const unknown = [...path, unknownKey];
    return new SchemaError(`${placeOf(unknown)} ${message}`, pointerOf(unknown));
  }
  if (limit !== undefined) return new LimitError(`${placeOf(path)} ${message}`, 'request', pointerOf(path));
  if (issue.input === undefined && path.length > 0) {
    // JSON has no undefined: it is missing.
    const parent = path.slice(0, -1);
    const key = path[path.length - 1];
    const missing = typeof key === 'number' ? 'must not be empty: its first item' : `lacks ${show(key)}: it`;
    return new SchemaError(`${placeOf(parent)} ${missing} ${message}`, pointerOf(parent));
  }
  return new SchemaError(`${placeOf(path)} ${message}`, pointerOf(path));
}
