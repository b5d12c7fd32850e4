/** Queries answered over rows as the file has them: the same as over rows in order, and as the slow reference. */
import fc from 'fast-check';
import { evaluateUnmoved } from '../../lambda/engine/evaluate-unmoved';
import { mergePartials } from '../../lambda/engine/merge';
import { numberUnmoved } from '../../lambda/engine/part';
import { PartColumns } from '../../lambda/engine/part-columns';
import type { Condition, ExpandedQuery, Filter, Relation } from '../../lambda/query/expanded';
import { answerText } from './answer-text';
import { anyScenario } from './arbitraries';
import { largeData } from './arbitrary-large';
import { columnsOf } from './columns-of';
import { evaluate } from './reference';
import type { ReferenceDataset } from './reference-dataset';
import { ofOther, perValue, queryOf } from './table';

/** The answer; null where rows have to be moved for it. */
function unmovedAnswer(query: ExpandedQuery, dataset: ReferenceDataset, dictionaryStart?: readonly string[]): string | null {
  const [rows] = dataset.parts;
  const columns = columnsOf(rows, dataset, dictionaryStart);
  const groups = numberUnmoved(columns, dataset.groupIdColumn);
  const result = groups && evaluateUnmoved(query, new PartColumns(columns, rows.length), groups);
  return result && answerText(mergePartials(query, [result]));
}

const equal = fc.constantFrom('==' as const, '!=' as const);
const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ column: fc.constant('event'), op: equal, value: fc.constantFrom('a', 'b', 'absent') }),
  fc.record({ column: fc.constant('page'), op: fc.constantFrom('contains' as const, 'not contains' as const), value: fc.constantFrom('1', '29') }),
  fc.record({ column: fc.constant('price'), op: fc.constantFrom('>' as const, '<=' as const), value: fc.constantFrom(10, 990) }),
  fc.record({ column: fc.constant('size'), op: equal, value: fc.integer({ min: -26, max: 26 }) }),
  fc.record({ column: fc.constant('flag'), op: equal, value: fc.boolean() }),
);
const condition: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constant('rows' as const),
  filters: fc.array(filter, { minLength: 1, maxLength: 2 }),
  target: fc.record({ type: fc.constant('count' as const), op: fc.constantFrom('==' as const, '>=' as const, '<' as const, '!=' as const), value: fc.constantFrom(0, 1, 2, 10, 255, 300) }),
  includeZero: fc.boolean(),
});
const relation = (conditions: number): fc.Arbitrary<Relation> => {
  const operands = Array.from({ length: conditions }, (_, index) => ({ condition: index }));
  return conditions === 1 ? fc.constant(operands[0]) : fc.constantFrom({ op: 'and', operands }, { op: 'or', operands }, { op: 'or', operands: [operands[0], { op: 'and', operands }] });
};
const question = fc.array(condition, { maxLength: 5 }).chain((conditions) =>
  fc.record({
    conditions: fc.constant(conditions),
    relation: conditions.length === 0 ? fc.constant(null) : relation(conditions.length),
    aggregations: fc.option(fc.subarray([{ type: 'count', column: 'event', name: null } as const, perValue('countPerValue', 'event'), perValue('groupsPerValue', 'event'), perValue('groupsPerValue', 'flag')])),
  }),
).map(queryOf);

test('parts of many rows, with and without kernels of their own, their IDs close together', () => {
  let answered = 0;
  fc.assert(
    fc.property(largeData(9000).filter(({ order }) => order === 'shuffled'), question, ({ dataset }, query) => {
      const answer = unmovedAnswer(query, dataset);
      if (answer === null) return;
      answered += 1;
      expect(answer).toBe(answerText(evaluate(query, dataset)));
    }),
    { numRuns: 100 },
  );
  expect(answered).toBeGreaterThan(20);
});

test('any query is answered as by the reference, or not at all', () => {
  fc.assert(
    fc.property(anyScenario, ({ dataset, query, dictionaryStart }) => {
      const [rows] = dataset.parts;
      const alone = { ...dataset, parts: [rows] };
      const untimed = { ...query, timeframe: { from: null, to: null } };
      const answer = unmovedAnswer(untimed, alone, dictionaryStart);
      if (answer !== null) expect(answer).toBe(answerText(evaluate(untimed, alone)));
    }),
    { numRuns: 1000 },
  );
});

const columns = new Map([['user', 'INT'], ['time', 'INT'], ['event', 'STRING'], ['amount', 'FLOAT']] as const);
const table = (ids: readonly bigint[]): ReferenceDataset => ({
  parts: [ids.map((user, row) => ({ user, time: BigInt(row), event: row % 3 === 0 ? 'buy' : 'view', amount: row }))], groupIdColumn: 'user', timestampColumn: 'time', columns,
});
const buyers: Condition = { kind: 'rows', filters: [{ column: 'event', op: '==', value: 'buy' }], target: { type: 'count', op: '<', value: 2 }, includeZero: true };

test('numbers that are no group\'s do not count, though nothing is what the condition asks for', () => {
  const dataset = table([3n, -2n, 3n, 0n, -2n, 3n, 3n]);
  const query = queryOf({ conditions: [buyers], aggregations: [perValue('groupsPerValue', 'event')] });
  expect(unmovedAnswer(query, dataset)).toBe(answerText(evaluate(query, dataset)));
});

test.each([
  ['IDs far apart', table([3n, -200n, 3n]), queryOf({ conditions: [buyers] })],
  ['IDs side by side', table([1n, 1n, 2n]), queryOf({ conditions: [buyers] })],
  ['IDs beyond 2^53', table([2n ** 60n, 2n ** 60n + 1n, 2n ** 60n]), queryOf({ conditions: [buyers] })],
  ['sums', table([1n, 2n, 1n]), queryOf({ conditions: [buyers], aggregations: [ofOther('sumPerValue', 'event', 'amount')] })],
  ['values of numbers', table([1n, 2n, 1n]), queryOf({ conditions: [buyers], aggregations: [perValue('countPerValue', 'amount')] })],
])('rows are moved for %s', (_, dataset, query) => {
  expect(unmovedAnswer(query, dataset)).toBeNull();
});
