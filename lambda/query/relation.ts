import { RelationError } from './errors';
import type { Relation } from './expanded';
import { maxRelationDepth } from './limits';
import { atCharacter, relationPath, relationTokens } from './relation-tokens';
import type { RelationToken } from './relation-tokens';
import { suggestion } from './wording';

/**
 * Parses how conditions combine. `and`, `or`, `&&`, `||` alone, or no text, combine all; otherwise
 * `or := and {or and}`, `and := operand {and operand}`, `operand := $index | $name | ( or )`, by recursive descent.
 * Equal operators within each other become one.
 *
 * @param text undefined where the query has none
 * @param names for each condition its name, or null
 * @returns null where there are no conditions to combine
 * @throws RelationError with the position of what does not fit
 */
export function parseRelation(text: string | undefined, names: readonly (string | null)[]): Relation | null {
  const tokens = relationTokens(text ?? 'and');
  const lone = tokens.length === 2 && tokens[0].kind;
  if (lone === 'and' || lone === 'or') {
    return names.length === 0 ? null : combined(lone, names.map((_, condition) => ({ condition })));
  }
  if (tokens.length === 1) {
    throw new RelationError('the relation is empty: write and, or, or an expression over conditions like "$0 and ($1 or $2)"', relationPath);
  }
  return new RelationParser(tokens, names).parse();
}

const noOperator = ', without "and" or "or" before it';

class RelationParser {
  readonly #indexOfName: ReadonlyMap<string, number>;
  #next = 0;
  #depth = 0;

  constructor(
    readonly tokens: readonly RelationToken[],
    readonly names: readonly (string | null)[],
  ) {
    this.#indexOfName = new Map(names.flatMap((name, index) => (name === null ? [] : [[name.toLowerCase(), index]])));
  }

  parse(): Relation {
    const relation = this.#either();
    const rest = this.tokens[this.#next];
    if (rest.kind === ')') throw this.#error(rest, 'an unmatched ")"');
    if (rest.kind !== 'end') throw this.#error(rest, nameOf(rest), noOperator);
    return relation;
  }

  #either(): Relation {
    return this.#chain('or', () => this.#chain('and', () => this.#operand()));
  }

  #chain(op: 'and' | 'or', operand: () => Relation): Relation {
    const operands = [operand()];
    while (this.tokens[this.#next].kind === op) {
      this.#next++;
      operands.push(operand());
    }
    return combined(op, operands);
  }

  #operand(): Relation {
    const token = this.tokens[this.#next++];
    if (token.kind === 'reference') return { condition: this.#conditionOf(token, token.name) };
    if (token.kind !== '(') throw this.#error(token, nameOf(token), ', where a condition like $0 or "(" should stand');
    if (this.#depth === maxRelationDepth) throw this.#error(token, `more than ${maxRelationDepth} parentheses within each other`);
    this.#depth++;
    const inner = this.#either();
    this.#depth--;
    const end = this.tokens[this.#next++];
    if (end.kind === 'reference' || end.kind === '(') throw this.#error(end, nameOf(end), noOperator);
    if (end.kind !== ')') throw this.#error(end, nameOf(end), `, but no ")" to the "(" ${atCharacter(token.start)}`);
    return inner;
  }

  #conditionOf(token: RelationToken, name: string): number {
    const count = this.names.length;
    if (count === 0) throw this.#error(token, `$${name}`, ', but the query has no conditions');
    if (/^\d+$/.test(name)) {
      const index = Number(name);
      if (index >= count) throw this.#error(token, `$${name}`, `, but there ${count === 1 ? 'is only $0' : `are only $0 to $${count - 1}`}`);
      return index;
    }
    const index = this.#indexOfName.get(name.toLowerCase());
    if (index !== undefined) return index;
    const known = this.names.flatMap((known) => (known === null ? [] : [`$${known}`]));
    throw this.#error(token, `$${name}`, `, but no condition has this name${suggestion(`$${name}`, known)}`);
  }

  #error(token: RelationToken, what: string, problem = ''): RelationError {
    return new RelationError(`the relation has ${what} ${atCharacter(token.start)}${problem}`, relationPath);
  }
}

function combined(op: 'and' | 'or', operands: readonly Relation[]): Relation {
  if (operands.length === 1) return operands[0];
  return { op, operands: operands.flatMap((operand) => ('op' in operand && operand.op === op ? operand.operands : [operand])) };
}

function nameOf(token: RelationToken): string {
  if (token.kind === 'reference') return `$${token.name}`;
  return token.kind === 'end' ? 'its end' : `"${token.kind}"`;
}
