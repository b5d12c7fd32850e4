import { parseJson } from './json';

/** A JSON string, and the colon after it where it is a key. */
const stringToken = /"((?:[^"\\]|\\.)*)"(\s*:)?/g;

/** Put before each key while it is being parsed: JavaScript objects list keys that look like integers first. */
const mark = '.';

/**
 * Parses JSON like `parseJson`, and makes each object under a key `value` a Map in the order of the text: there stand an
 * aggregation's values, greatest first, whose keys may look like integers.
 */
export function parseOrderedJson(text: string): unknown {
  const marked = text.replace(stringToken, (token, content: string, colon: string | undefined) =>
    colon === undefined ? token : `"${mark}${content}":`,
  );
  return unmarked(parseJson(marked));
}

function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(unmarked);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key.slice(mark.length), inner]);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === 'value' && isObject(inner) ? orderedMap(inner) : unmarked(inner)]),
  );
}

function orderedMap(object: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(object).map(([key, inner]) => [key.slice(mark.length), unmarked(inner)]));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
