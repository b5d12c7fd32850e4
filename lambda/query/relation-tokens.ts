import { RelationError } from './errors';

export type RelationToken = { readonly start: number } & (
  | { readonly kind: 'and' | 'or' | '(' | ')' | 'end' }
  | { readonly kind: 'reference'; readonly name: string }
);

const pieces = /\s*(?:(\$[A-Za-z0-9_]*)|(&&|\|\||[()])|([A-Za-z_][A-Za-z0-9_]*)|(\S))/y;
const kinds = new Map<string, 'and' | 'or' | '(' | ')'>([
  ['and', 'and'],
  ['&&', 'and'],
  ['or', 'or'],
  ['||', 'or'],
  ['(', '('],
  [')', ')'],
]);

/** JSON Pointer to the only place a relation can stand. */
export const relationPath = '/query/relation';

/**
 * Cuts a relation into words; the last token is always `end`.
 *
 * @throws RelationError for what is no word of the relation's language
 */
export function relationTokens(text: string): RelationToken[] {
  const tokens: RelationToken[] = [];
  pieces.lastIndex = 0;
  for (let match = pieces.exec(text); match !== null; match = pieces.exec(text)) {
    const word = match[0].trimStart();
    const start = pieces.lastIndex - word.length;
    const kind = kinds.get(word.toLowerCase());
    if (kind !== undefined) tokens.push({ kind, start });
    else if (word.length > 1 && word.startsWith('$')) tokens.push({ kind: 'reference', name: word.slice(1), start });
    else throw unexpected(word, start);
  }
  tokens.push({ kind: 'end', start: text.length });
  return tokens;
}

/** `at character 1` for the first: what a text editor shows. */
export function atCharacter(start: number): string {
  return `at character ${start + 1}`;
}

function unexpected(word: string, start: number): RelationError {
  const hint = /^\w/.test(word) ? `a condition is named with a dollar sign, like $${word}` : 'expected and, or, a parenthesis, or a condition like $0';
  return new RelationError(`the relation has an unexpected "${word}" ${atCharacter(start)}: ${hint}`, relationPath);
}
