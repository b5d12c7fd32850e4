/** Queries answered over rows as the file has them: the same as over rows in order, and as the slow reference. */
import fc from 'fast-check';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { evaluateUnmoved } from '../../lambda/engine/evaluate-unmoved';
import { mergePartials } from '../../lambda/engine/merge';
import { orderColumn } from '../../lambda/engine/moved-rows';
import { hashHalves } from '../../lambda/engine/number-table';
import { buildPart, layOutGroups, Part, unmovedGroupIds } from '../../lambda/engine/part';
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
  const groupIds = unmovedGroupIds(columns, dataset.groupIdColumn);
  const result = groupIds && evaluateUnmoved(query, new PartColumns(columns, rows.length), groupIds);
  return result && answerText(mergePartials(query, [result]));
}

/** The same of rows in order: the reference takes hours for thousands of rows of a group. */
function movedAnswer(query: ExpandedQuery, dataset: ReferenceDataset): string {
  const part = buildPart(columnsOf(dataset.parts[0], dataset), dataset.groupIdColumn, dataset.timestampColumn);
  return answerText(mergePartials(query, [evaluatePart(query, part)]));
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

test('parts of many rows, with and without kernels of their own', () => {
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

const columns = new Map([['user', 'INT'], ['time', 'INT'], ['event', 'STRING'], ['kind', 'STRING'], ['amount', 'FLOAT']] as const);
const table = (ids: readonly bigint[]): ReferenceDataset => ({
  parts: [ids.map((user, row) => ({ user, time: BigInt(row), event: row % 3 === 0 ? 'buy' : 'view', kind: null, amount: row }))], groupIdColumn: 'user', timestampColumn: 'time', columns,
});
const buyers = { kind: 'rows' as const, filters: [{ column: 'event', op: '==' as const, value: 'buy' }], target: { type: 'count' as const, op: '<' as const, value: 2 }, includeZero: true } satisfies Condition;

test.each([
  ['IDs far apart', table([3n, -2_000_000_000n, 3n, 2_000_000_000n, -2_000_000_000n, 3n, 3n])],
  ['IDs from the first to the last of 32 bits', table([-(2n ** 31n), 2n ** 31n - 1n, -(2n ** 31n), 0n, 2n ** 31n - 1n])],
])('%s', (_, dataset) => {
  const query = queryOf({ conditions: [buyers], aggregations: [perValue('groupsPerValue', 'event')] });
  expect(unmovedAnswer(query, dataset)).toBe(answerText(evaluate(query, dataset)));
});

/** Integers of 32 bits that a hash deals out to the same partition, whatever their number is. */
const alike = Array.from({ length: 40_000 }, (_, index) => index).filter((id) => (hashHalves(id, 0) & 31) === 0).slice(0, 1000).map(BigInt);
const bought = (value: number): Condition => ({ ...buyers, target: { type: 'count', op: '>=', value }, includeZero: false });
const amounts = Array.from({ length: 4 }, (_, value): Condition => ({ kind: 'rows', filters: [{ column: 'amount', op: '>', value }], target: { type: 'count', op: '<', value: 2 }, includeZero: false }));

test.each([
  ['IDs side by side', table([1n, 1n, 2n]), queryOf({ conditions: [buyers] })],
  ['IDs beyond 32 bits', table([1n, 2n, 1n, 2n ** 31n]), queryOf({ conditions: [buyers] })],
  ['IDs beyond 2^53', table([2n ** 60n, 2n ** 60n + 1n, 2n ** 60n]), queryOf({ conditions: [buyers] })],
  ['more groups in a partition than it has room for', table([...alike, ...alike]), queryOf({ conditions: [buyers] })],
  ['sums', table([1n, 2n, 1n]), queryOf({ conditions: [buyers], aggregations: [ofOther('sumPerValue', 'event', 'amount')] })],
  ['values of numbers', table([1n, 2n, 1n]), queryOf({ conditions: [buyers], aggregations: [perValue('countPerValue', 'amount')] })],
  ['counts too great to be looked up', table([1n, 2n, 1n]), queryOf({ conditions: [bought(2 ** 16 + 1)] })],
  ['rows of too many kinds', table([1n, 2n, 1n]), queryOf({ conditions: amounts, relation: { op: 'and', operands: [0, 1, 2, 3].map((index) => ({ condition: index })) }, aggregations: [perValue('countPerValue', 'event')] })],
])('rows are moved for %s', (_, dataset, query) => {
  expect(unmovedAnswer(query, dataset)).toBeNull();
});

test('as many groups in a partition as it has room for, and counts as great as can be looked up', () => {
  const ids = alike.slice(0, 900);
  for (const dataset of [table([...ids, ...ids]), table(Array.from({ length: 3 * 2 ** 16 }, (_, row) => BigInt(row % 2)))]) {
    const query = queryOf({ conditions: [bought(2 ** 16)], aggregations: [perValue('groupsPerValue', 'event')] });
    expect(unmovedAnswer(query, dataset)).toBe(movedAnswer(query, dataset));
  }
});

test('many blocks of rows, in partitions of thousands of groups, one of which has a third of the rows; of keys as integers of 32 bits too', () => {
  const ROWS = 450_000;
  const rows = Array.from({ length: ROWS }, (_, row) => ({ user: BigInt(row % 3 === 0 ? 7 : ((row * 7919) % 90_001) * 20_011 - 900_000_000), time: BigInt(row), event: ['view', 'buy', 'leave'][(row * 31) % 7] ?? null, amount: (row * 13) % 101, kind: row % 5 === 0 ? 'a' : 'b' }));
  const dataset = { ...table([]), parts: [rows] };
  const query = queryOf({
    conditions: [bought(2), { ...buyers, filters: [{ column: 'amount', op: '>', value: 97 }] }],
    relation: { op: 'or', operands: [{ condition: 0 }, { condition: 1 }] },
    aggregations: [perValue('groupsPerValue', 'event'), perValue('countPerValue', 'kind'), perValue('groupsPerValue', 'kind')],
  });
  const expected = movedAnswer(query, dataset);
  expect(unmovedAnswer(query, dataset)).toBe(expected);

  const columns = columnsOf(rows, dataset);
  const users = columns.get('user');
  if (users?.type !== 'INT') throw new Error('users are integers');
  columns.set('user', { type: 'INT', nulls: null, small: Int32Array.from(users.values, Number), get values(): never { throw new Error('nobody needs them'); } });
  const groupIds = unmovedGroupIds(columns, 'user');
  const layout = layOutGroups(columns, 'user');
  const asked = new Map([...columns].filter(([name]) => name !== 'user'));
  const inOrder = new Part(layout, new Map(Array.from(asked, ([name, column]) => [name, orderColumn(column, layout.order)])));
  for (const result of [groupIds && evaluateUnmoved(query, new PartColumns(asked, ROWS), groupIds), evaluatePart(query, inOrder)]) {
    expect(result && answerText(mergePartials(query, [result]))).toBe(expected);
  }
});
