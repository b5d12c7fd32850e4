import { LRUCache } from 'lru-cache';
import { textAutomaton, type TextAutomaton } from '../engine/pattern-automaton';
import { MOST_TESTS, type TextTest } from '../parquet/text-tests';
import type { ExpandedQuery, Filter } from '../query/expanded';
import { columnsOfValues, filtersOf } from '../query/columns-used';

/** Texts that a column's are compared with: looking among many of them takes longer than finding out which text it is. */
const MOST_TEXTS = 32;

/**
 * What a query asks of a column of text, where that can be told from a text's bytes: filters, and nothing else, of whose regular
 * expressions there are automata; null where it asks for more.
 */
export function textTestsOf(query: ExpandedQuery, column: string): TextTest[] | null {
  if (columnsOfValues(query).includes(column)) return null;
  const asked = new Map<string, Asked>();
  for (const filter of filtersOf(query)) {
    if (filter.column !== column) continue;
    const test = askedBy(filter);
    if (test === null || test.texts.length === 0 || !test.texts.every(isPlain)) return null;
    asked.set(JSON.stringify(test), test);
  }
  const distinct = [...asked.values()];
  if (distinct.length > MOST_TESTS || distinct.flatMap(({ texts }) => texts).length > MOST_TEXTS) return null;
  const tests: TextTest[] = [];
  for (const each of distinct) {
    const test = testOf(each);
    if (test === null) return null;
    tests.push(test);
  }
  return tests;
}

/** Of text, or a pattern. */
interface Asked {
  readonly kind: TextTest['kind'];
  readonly texts: readonly string[];
}

function askedBy({ op, value }: Filter): Asked | null {
  const texts = (Array.isArray(value) ? value : [value]).flatMap((each) => (typeof each === 'string' ? [each] : []));
  switch (op) {
    case '==':
    case '!=':
    case 'in':
    case 'not in':
      return { kind: 'is', texts };
    case 'contains':
    case 'not contains':
      return { kind: 'contains', texts };
    case 'starts with':
      return { kind: 'starts', texts };
    case 'ends with':
      return { kind: 'ends', texts };
    case 'regex':
      return { kind: 'matches', texts };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return null;
  }
}

function testOf({ kind, texts }: Asked): TextTest | null {
  if (kind !== 'matches') return { kind, texts };
  const [pattern] = texts;
  const known = automata.get(pattern) ?? { automaton: textAutomaton(pattern) };
  automata.set(pattern, known);
  return known.automaton && { kind, automaton: known.automaton };
}

/** By pattern, for the next parts: up to a megabyte each, or none where there is none. */
const automata = new LRUCache<string, { readonly automaton: TextAutomaton | null }>({ max: 16 });

/** Whether it has bytes of its own: no half of a pair, and not what ill-formed text reads as. */
function isPlain(text: string): boolean {
  return !text.includes('\uFFFD') && Buffer.from(text).toString() === text;
}
