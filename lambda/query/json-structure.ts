import { SchemaError } from './errors';
import { maxJsonDepth } from './limits';

const bracketOrQuote = /["{}[\]]/g;
const colonNext = /[ \t\r\n]*:/y;

/**
 * Looks through a JSON text, without building anything, for what a recursive parser cannot judge in time or at all:
 * nesting too deep for the stack, and keys given twice (even with equal values, one of which must be a mistake).
 * Text that is not JSON may pass; the parser refuses it.
 *
 * @throws SchemaError
 */
export function checkStructure(text: string): void {
  /** For each open bracket: the keys seen so far of an object, null for a list. */
  const open: (Set<string> | null)[] = [];
  bracketOrQuote.lastIndex = 0;
  for (let found = bracketOrQuote.exec(text); found !== null; found = bracketOrQuote.exec(text)) {
    switch (found[0]) {
      case '{':
      case '[':
        if (open.length === maxJsonDepth) {
          throw new SchemaError(`not readable: lists and objects within each other more than ${maxJsonDepth} deep, ${positionIn(text, found.index)}`, '');
        }
        open.push(found[0] === '{' ? new Set() : null);
        break;
      case '"': {
        const end = endOfString(text, found.index);
        colonNext.lastIndex = end;
        const keys = open.at(-1);
        if (keys && colonNext.test(text)) addKey(keys, text, found.index, end);
        bracketOrQuote.lastIndex = end;
        break;
      }
      default:
        open.pop();
    }
  }
}

/** Line and column, both from 1, of an index into a text. */
export function positionIn(text: string, index: number): string {
  const before = text.slice(0, index).split('\n');
  return `at line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

function addKey(keys: Set<string>, text: string, start: number, end: number): void {
  const key = unescaped(text.slice(start, end));
  if (keys.has(key)) throw new SchemaError(`duplicate key "${key}" ${positionIn(text, start)}: an object may name it once only`, '');
  keys.add(key);
}

function unescaped(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    // A bad escape: the parser will say where.
    return literal;
  }
}

/** Index after the closing quote, or the text's length where there is none. */
function endOfString(text: string, start: number): number {
  let quote = start;
  for (;;) {
    quote = text.indexOf('"', quote + 1);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
}
