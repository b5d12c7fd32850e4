import fc from 'fast-check';
import type { Relation } from '../../lambda/query/expanded';
import { parseRelation } from '../../lambda/query/relation';

const names = [null, 'big', null, 'Spender_2'];

const cases = 1 << names.length;
const everyCase = Array.from({ length: cases }, (_, number) => number);

/** A relation written at random, with its truth table: bit n tells whether it holds where just the bits of n are true. */
interface Written {
  readonly text: string;
  readonly table: number;
}

const space = fc.constantFrom(' ', '  ', '\n', '\t ');
const reference: fc.Arbitrary<Written> = fc.nat(names.length - 1).chain((index) => {
  const name = names[index];
  const spellings = [`$${index}`, ...(name === null ? [] : [`$${name}`, `$${name.toUpperCase()}`, `$${name.toLowerCase()}`])];
  return fc.constantFrom(...spellings).map((text) => ({ text, table: tableOf(index) }));
});
const operator = fc.oneof(
  fc.constantFrom('and', 'AND', '&&').map((text) => ({ text, op: 'and' })),
  fc.constantFrom('or', 'Or', '||').map((text) => ({ text, op: 'or' })),
);
const { expression } = fc.letrec<{ expression: Written; operand: Written }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    reference,
    fc.tuple(tie('expression'), space).map(([inner, gap]) => ({ text: `(${gap}${inner.text}${gap})`, table: inner.table })),
  ),
  expression: fc.tuple(tie('operand'), fc.array(fc.tuple(space, operator, space, tie('operand')), { maxLength: 3 })).map(([first, rest]) => ({
    text: first.text + rest.map(([before, op, after, operand]) => before + op.text + after + operand.text).join(''),
    // "and" binds tighter: only an "or" begins another alternative.
    table: rest
      .reduce<number[]>(
        ([last, ...others], [, { op }, , { table }]) => (op === 'and' ? [last & table, ...others] : [table, last, ...others]),
        [first.table],
      )
      .reduce((left, right) => left | right),
  })),
}));

test('a relation holds as its truth table says, for every combination of conditions', () => {
  fc.assert(
    fc.property(expression, ({ text, table }) => {
      const relation = parseRelation(text, names);
      const judged = everyCase.filter((number) => holds(relation, number));
      expect(judged).toEqual(everyCase.filter((number) => isSet(table, number)));
    }),
    { numRuns: 500 },
  );
});

test('no text makes the parser fail otherwise than with a relation error', () => {
  const words = fc.array(fc.oneof(fc.constantFrom('$0', '$big', 'and', 'or', '&&', '||', '(', ')', ' ', '$', '&'), fc.string({ maxLength: 3 })));
  fc.assert(
    fc.property(words, (pieces) => {
      try {
        parseRelation(pieces.join(''), names);
      } catch (error) {
        expect(error).toMatchObject({ kind: 'RELATION', path: '/query/relation' });
      }
    }),
    { numRuns: 1000 },
  );
});

function tableOf(condition: number): number {
  return everyCase.filter((number) => isSet(number, condition)).reduce((table, number) => table | (1 << number), 0);
}

function isSet(bits: number, bit: number): boolean {
  return (bits & (1 << bit)) !== 0;
}

function holds(relation: Relation | null, conditions: number): boolean {
  if (relation === null) return true;
  if ('condition' in relation) return isSet(conditions, relation.condition);
  expect(relation.operands.length).toBeGreaterThan(1);
  const results = relation.operands.map((operand) => holds(operand, conditions));
  return relation.op === 'and' ? results.every(Boolean) : results.some(Boolean);
}
