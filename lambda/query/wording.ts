import { closest, distance } from 'fastest-levenshtein';
import { stringifyJson } from './json';

const longestValue = 80;

/** A value as it is quoted in a message: its JSON, cut where it is long. */
export function show(value: unknown): string {
  if (value === Infinity || value === -Infinity) return 'a number too large for a double';
  const text = stringifyJson(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** `; did you mean "price"?` where one of the known names is near, else nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const lower = name.toLowerCase();
  const byLowerCase = new Map(known.map((candidate) => [candidate.toLowerCase(), candidate]));
  const near = closest(lower, [...byLowerCase.keys()]);
  return distance(lower, near) <= Math.max(1, Math.floor(name.length / 3)) ? `; did you mean ${show(byLowerCase.get(near))}?` : '';
}

/** `a, b or c` */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
