import { textAutomaton } from '../../lambda/engine/pattern-automaton';
import { parseQuery } from '../../lambda/query/parse-query';
import { textTestsOf } from '../../lambda/worker/text-tests-of';

const types = { user: 'INT', time: 'INT', page: 'STRING', event: 'STRING', price: 'FLOAT' } as const;
const schema = { groupIdColumn: 'user', timestampColumn: 'time', columns: new Map(Object.entries(types).map(([name, type]) => [name, { type, logical: null }])), minTimestamp: 0, maxTimestamp: 1e6 };
const testsOf = (query: unknown) => textTestsOf(parseQuery(JSON.stringify(query), schema), 'page');
const conditions = (...filters: unknown[]) => ({ query: { conditions: filters.map((filter) => ({ filter })) } });

test('each filter of a column is a test, the same one once, wherever it stands', () => {
  const query = {
    ...conditions(['page', 'contains', 'a'], ['page', '!=', 'b'], ['event', '==', 'buy']),
    funnel: { sequence: [{ filter: ['page', '==', 'b'] }, { filter: ['page', 'in', ['c', 'd']] }, { filter: ['page', 'not contains', 'e'] }, { filter: ['page', 'starts with', 'f'] }, { filter: ['page', 'ends with', 'g'] }] },
  };
  expect(testsOf(query)).toEqual([
    { kind: 'contains', texts: ['a'] }, { kind: 'is', texts: ['b'] }, { kind: 'is', texts: ['c', 'd'] }, { kind: 'contains', texts: ['e'] }, { kind: 'starts', texts: ['f'] }, { kind: 'ends', texts: ['g'] },
  ]);
});

test('a regular expression is an automaton, the same one once', () => {
  const tests = testsOf({ ...conditions(['page', 'regex', '^a+$'], ['page', '==', 'b']), funnel: { sequence: [{ filter: ['page', 'regex', '^a+$'] }] } });
  expect(tests).toEqual([{ kind: 'matches', automaton: textAutomaton('^a+$') }, { kind: 'is', texts: ['b'] }]);
});

test.each([
  ['its values are counted', { query: { conditions: [{ filter: ['page', '==', 'a'] }], aggregations: [{ column: 'page' }] } }],
  ['sums are made per value', { funnel: { sequence: [{ filter: ['page', '==', 'a'] }], stepAggregations: [{ column: 'page', type: 'sumPerValue', otherColumn: 'price' }] } }],
  ['a regular expression has too many states for an automaton', conditions(['page', '==', 'a'], ['page', 'regex', '(a|b)*a(a|b){12}'])],
  ['a text reads as ill-formed text does', conditions(['page', 'contains', 'a\uFFFD'])],
  ['a text is half of a pair', conditions(['page', 'contains', '\uD83D'])],
  ['there are more filters than a byte has room for', conditions(...Array.from({ length: 8 }, (_, index) => ['page', '==', `a${index}`]))],
  ['there are many texts', conditions(['page', 'in', Array.from({ length: 33 }, (_, index) => `a${index}`)])],
])('a column is read with its values where %s', (_, query) => {
  expect(testsOf(query)).toBeNull();
});
