/** Parts of so many rows that kernels walk them, in more than one block: the smaller ones of other tests never get there. */
import fc from 'fast-check';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { mergePartials } from '../../lambda/engine/merge';
import { buildPart } from '../../lambda/engine/part';
import type { Aggregation, Condition, ExpandedQuery, Filter, Relation, Sequence } from '../../lambda/query/expanded';
import { answerText } from './answer-text';
import { largeData } from './arbitrary-large';
import { columnsOf } from './columns-of';
import { evaluate } from './reference';
import { ofOther, perValue, queryOf } from './table';

/** Kernels are not used below 8,192 rows, and blocks have 4,096. */
const data = largeData(13_000, 8192);

const on = <C extends string, O extends Filter['op'], V extends Filter['value']>(column: C, ops: readonly O[], values: fc.Arbitrary<V>): fc.Arbitrary<Filter> =>
  fc.record({ column: fc.constant(column), op: fc.constantFrom(...ops), value: values });
const numeric = ['==', '!=', '<', '<=', '>', '>='] as const;
const lists = ['in', 'not in'] as const;
const filter: fc.Arbitrary<Filter> = fc.oneof(
  on('event', ['==', '!='], fc.constantFrom('a', 'b', 'd', 'absent')),
  on('event', lists, fc.constantFrom(['a', 'd'], ['absent'])),
  on('page', ['contains', 'not contains', 'starts with', 'ends with', 'regex'], fc.constantFrom('1', '29', 'page 2')),
  on('price', numeric, fc.constantFrom(0.5, 10, 500, 999.9)),
  on('size', numeric, fc.integer({ min: -26, max: 26 })),
  on('size', lists, fc.constantFrom([1, 2], [-25])),
  on('time', numeric, fc.constantFrom(0, 3, 2n ** 60n + 5n)),
  on('flag', ['==', '!='], fc.boolean()),
);
const filters = fc.oneof({ weight: 4, arbitrary: fc.tuple(filter) }, { weight: 2, arbitrary: fc.array(filter, { minLength: 2, maxLength: 3 }) }, { weight: 1, arbitrary: fc.array(filter, { minLength: 15, maxLength: 20 }) });

const condition: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constant('rows' as const),
  filters,
  target: fc.oneof(
    fc.record({ type: fc.constant('count' as const), op: fc.constantFrom('>=' as const, '>' as const, '!=' as const), value: fc.constantFrom(0, 1) }),
    fc.record({ type: fc.constant('count' as const), op: fc.constantFrom(...numeric), value: fc.constantFrom(0, 1, 2, 10, 255, 256, 300) }),
  ),
  includeZero: fc.boolean(),
});

/** Any tree over conditions, some of them more than once. */
function relationOver(count: number): fc.Arbitrary<Relation> {
  const leaf = fc.record({ condition: fc.nat({ max: count - 1 }) });
  const op = fc.constantFrom('and' as const, 'or' as const);
  const { tree } = fc.letrec<{ tree: Relation }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small', maxDepth: 3 }, leaf, fc.record({ op, operands: fc.array(tie('tree'), { minLength: 1, maxLength: 12 }) })),
  }));
  return fc.record({ op, operands: fc.tuple(tree, fc.record({ op, operands: fc.array(leaf, { minLength: 2, maxLength: 24, size: 'max' }) })).map((both) => [...both]) });
}

const timeframe = fc.constantFrom({ from: null, to: null }, { from: null, to: null }, { from: 3, to: 600 });
const event = on('event', ['=='], fc.constantFrom('a', 'b', 'c', 'd'));
const sequence: fc.Arbitrary<Sequence> = fc.record({
  steps: fc.array(fc.record({ filters: fc.tuple(event), exclusionsBefore: fc.constant([]), minDuration: fc.constant(null), maxDuration: fc.constant(null) }), { minLength: 1, maxLength: 4 }),
  trailingExclusions: fc.constant([]),
  maxDuration: fc.constant(null),
});

const aggregations: readonly Aggregation[] = [
  { type: 'count', column: 'event', name: null },
  { type: 'count', column: 'page', name: null },
  perValue('countPerValue', 'event'),
  perValue('groupsPerValue', 'event'),
  perValue('countPerValue', 'flag'),
  perValue('groupsPerValue', 'size', 100),
  ofOther('sumPerValue', 'event', 'price'),
  ofOther('meanPerValue', 'event', 'size'),
];

/** More strings than a table of bits is made for. */
const unusedStrings = Array.from({ length: 5000 }, (_, index) => `unused ${index}`);

test('queries over many rows are answered as the reference does', () => {
  const queries = fc.array(condition, { minLength: 1, maxLength: 20, size: 'max' }).chain((conditions) =>
    fc.record({ conditions: fc.constant(conditions), relation: relationOver(conditions.length), timeframe, sequence, asked: fc.subarray([...aggregations]), stepped: fc.subarray([...aggregations]) }),
  );
  fc.assert(
    fc.property(data, queries, fc.constantFrom([], unusedStrings), ({ dataset }, { sequence, asked, stepped, ...rest }, dictionaryStart) => {
      const query: ExpandedQuery = queryOf({ ...rest, aggregations: asked, funnel: { sequence, stepAggregations: stepped, endAggregations: null } });
      const part = buildPart(columnsOf(dataset.parts[0], dataset, dictionaryStart), 'user', 'time');
      const expected = answerText(evaluate(query, dataset));
      expect(answerText(mergePartials(query, [evaluatePart(query, part)]))).toBe(expected);
      // Once more: what the part remembers of the query before says the same.
      expect(answerText(mergePartials(query, [evaluatePart(query, part)]))).toBe(expected);
    }),
    { numRuns: 15, seed: 20261121 },
  );
}, 120_000);

/** Of few enough lists a search for each, of more one pass: both answer the same. */
test('conditions that ask for any row, on a column of few values, are answered as the reference does', () => {
  const onEvent = fc.oneof(on('event', ['==', '!='], fc.constantFrom('a', 'b', 'd', 'absent')), on('event', lists, fc.constantFrom(['a', 'd'], ['absent'], ['a', 'b', 'c', 'd'])));
  const anyRow: fc.Arbitrary<Condition> = fc.record({
    kind: fc.constant('rows' as const),
    filters: fc.array(onEvent, { minLength: 1, maxLength: 3 }),
    target: fc.constantFrom({ type: 'count' as const, op: '>=' as const, value: 1 }, { type: 'count' as const, op: '>' as const, value: 0 }),
    includeZero: fc.constant(false),
  });
  const queries = fc.array(anyRow, { minLength: 1, maxLength: 6 }).chain((conditions) => fc.record({ conditions: fc.constant(conditions), relation: relationOver(conditions.length), timeframe }));
  fc.assert(
    fc.property(data, queries, ({ dataset }, drawn) => {
      const query = queryOf({ ...drawn, aggregations: [{ type: 'count', column: 'event', name: null }], funnel: null });
      const part = buildPart(columnsOf(dataset.parts[0], dataset), 'user', 'time');
      expect(answerText(mergePartials(query, [evaluatePart(query, part)]))).toBe(answerText(evaluate(query, dataset)));
    }),
    { numRuns: 40, seed: 20261122 },
  );
}, 120_000);
