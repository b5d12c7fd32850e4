import type { ExpandedQuery } from './expanded';
import { stringifyJson } from './json';
import { isObject } from './schema-parts';

/**
 * The one text of all queries that expand alike, whichever notation, defaults, order of properties or names of
 * conditions they were written with: the key of a stored answer.
 */
export function canonicalQuery(query: ExpandedQuery): string {
  return stringifyJson(withSortedKeys(query));
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, withSortedKeys(value[key])]));
}
