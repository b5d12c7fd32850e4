import { parseJson, stringifyJson } from '../../lambda/query/json';

const longest = 300;

/**
 * The part of a JSON text that a JSON Pointer (RFC 6901) leads to, or as far as it leads; null where the text is no JSON.
 */
export function fragmentAt(text: string, pointer: string): string | null {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return null;
  }
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      // Something is missing here: show what it is missing from.
      break;
    }
    value = (value as Record<string, unknown>)[key];
  }
  const fragment = stringifyJson(value);
  return fragment.length > longest ? `${fragment.slice(0, longest)}…` : fragment;
}
