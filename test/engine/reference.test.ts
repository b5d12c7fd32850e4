import type { Cell } from './reference-dataset';
import type { Aggregation, Condition, ExpandedQuery, Filter, Numeric, Operator, Relation } from '../../lambda/query/expanded';
import { roundedSum } from './rational-sum';
import { evaluate } from './reference';
import { sequenceCases, sequenceOf } from './sequence-cases';
import { countCondition, datasetOf, ofOther, perValue, queryOf, sumCondition } from './table';

const matchingGroups = (conditions: Condition[], table: Cell[][], rest: Partial<ExpandedQuery> = {}): number =>
  evaluate(queryOf({ conditions, ...rest }), datasetOf({ user: 'INT', time: 'INT', event: 'STRING', n: 'INT', x: 'FLOAT' }, table)).query
    .matchingGroups;

const aggregated = (aggregation: Aggregation, ...tables: Cell[][][]): unknown => {
  const dataset = datasetOf({ user: 'INT', time: 'INT', event: 'STRING', n: 'INT', x: 'FLOAT', flag: 'BOOL' }, ...tables);
  const value = evaluate(queryOf({ aggregations: [aggregation] }), dataset).query.aggregations?.[0].value;
  return typeof value === 'number' ? value : [...(value ?? [])];
};

describe('sequences', () => {
  test.each(sequenceCases)('$rule', ({ rows, reached, ...written }) => {
    const sequence = sequenceOf(written);
    const dataset = datasetOf({ user: 'INT', time: 'INT', event: 'STRING' }, rows.map(([time, event]) => [1, time, event]));

    const condition = evaluate(queryOf({ conditions: [{ kind: 'sequence', sequence }] }), dataset);
    const funnel = evaluate(queryOf({ funnel: { sequence, stepAggregations: null, endAggregations: null } }), dataset);

    expect(condition.query.matchingGroups).toBe(reached === sequence.steps.length ? 1 : 0);
    expect(funnel.funnel?.sequence.map((entry) => entry.matchingGroups)).toEqual(
      sequence.steps.map((_, index) => (index < reached ? 1 : 0)),
    );
  });
});

describe('the sum of doubles is exact before it is rounded once', () => {
  const cases: [values: number[], sum: number][] = [
    [[], 0],
    [[-0], 0],
    [[0.1, 0.2], 0.30000000000000004],
    [Array<number>(10).fill(0.1), 1],
    [[1e16, 1, -1e16], 1],
    [[1e308, 1e308, -1e308], 1e308],
    [[1.7976931348623157e308, 1.7976931348623157e308], Infinity],
    [[1.7976931348623157e308, 2 ** 969], 1.7976931348623157e308],
    [[1.7976931348623157e308, 2 ** 970], Infinity],
    [[5e-324, 5e-324], 1e-323],
    [[2 ** -1022, -5e-324], 2.225073858507201e-308],
    [[2 ** 53, 1], 2 ** 53],
    [[2 ** 53, 2, 1], 2 ** 53 + 4],
    [[2 ** 53, 1, 5e-324], 2 ** 53 + 2],
    [[-(2 ** 53), -1, -5e-324], -(2 ** 53) - 2],
    [[2 ** 54 - 1, 0.5], 2 ** 54],
    [[Infinity, -1e308], Infinity],
    [[Infinity, -Infinity], NaN],
  ];
  test.each(cases)('%p sum to %p', (values, sum) => {
    expect(roundedSum(values)).toBe(sum);
    expect(roundedSum([...values].reverse())).toBe(sum);
  });
});

describe('filters', () => {
  // One cell, an operator, a value, and whether the row matches.
  const cases: [column: 'event' | 'n' | 'x', cell: Cell, op: Operator, value: Filter['value'], matches: boolean][] = [
    ['event', 'Cart', '==', 'cart', false],
    ['event', 'cart', '!=', 'view', true],
    ['event', '', 'contains', '', true],
    ['event', 'cart', 'contains', 'ar', true],
    ['event', 'cart', 'not contains', 'ar', false],
    ['event', 'cart', 'starts with', 'ca', true],
    ['event', 'cart', 'ends with', 'ca', false],
    ['event', 'cart', 'in', ['view', 'cart'], true],
    ['event', 'cart', 'not in', ['view', 'cart'], false],
    ['event', 'a cart', 'regex', 'c.r', true],
    ['event', 'a cart', 'regex', '^c', false],
    ['event', null, '==', '', false],
    ['event', null, 'contains', '', false],
    ['event', null, 'regex', '', false],
    ['event', null, '!=', 'a', true],
    ['event', null, 'not contains', 'a', true],
    ['event', null, 'not in', ['a'], true],
    ['n', 2n ** 53n + 1n, '==', 2 ** 53, false],
    ['n', 2n ** 53n + 1n, '>', 2 ** 53, true],
    ['n', 2n ** 64n - 1n, '==', 2n ** 64n - 1n, true],
    ['n', 2n ** 64n - 1n, '<', 2n ** 64n, true],
    ['n', -(2n ** 63n), 'in', [-(2n ** 63n)], true],
    ['n', null, '<=', 0, false],
    ['n', null, '!=', 0, true],
    ['x', -0, '==', 0, true],
    ['x', 9007199254740992, '==', 2n ** 53n + 1n, true],
    ['x', 0.1, '>=', 0.1, true],
    ['x', NaN, '!=', 1, true],
    ['x', NaN, 'not in', [1], true],
    ['x', NaN, '<', 1, false],
    ['x', Infinity, '>', 1, true],
  ];
  test.each(cases)('%s %p %s %p: %p', (column, cell, op, value, matches) => {
    const row: Cell[] = [1, 1, column === 'event' ? cell : null, column === 'n' ? cell : null, column === 'x' ? cell : null];
    expect(matchingGroups([countCondition({ column, op, value }, '>=', 1)], [row])).toBe(matches ? 1 : 0);
  });

  test('a boolean null is neither true nor false, but differs from both', () => {
    const dataset = datasetOf({ user: 'INT', time: 'INT', flag: 'BOOL' }, [[1, 1, true], [2, 1, false], [3, 1, null]]);
    const groups = (op: Operator, value: boolean): number =>
      evaluate(queryOf({ conditions: [countCondition({ column: 'flag', op, value }, '>=', 1)] }), dataset).query.matchingGroups;
    expect([groups('==', true), groups('==', false), groups('!=', true), groups('!=', false)]).toEqual([1, 1, 2, 2]);
  });
});

describe('conditions', () => {
  const isA: Filter = { column: 'event', op: '==', value: 'a' };
  const table: Cell[][] = [
    [1, 1, 'a', 5, 0.1], [1, 2, 'a', null, 0.2],
    [2, 1, 'a', null, NaN],
    [3, 1, 'b', 7, 1],
  ];
  const both = { column: 'n', op: '==', value: 7 } as const;

  test('count compares the matching rows of each group', () => {
    expect(matchingGroups([countCondition(isA, '==', 2)], table)).toBe(1);
    expect(matchingGroups([countCondition(isA, '>=', 1)], table)).toBe(2);
  });
  test('a group with no matching row counts only with includeZero', () => {
    expect(matchingGroups([countCondition(isA, '<=', 1, false)], table)).toBe(1);
    expect(matchingGroups([countCondition(isA, '<=', 1, true)], table)).toBe(2);
  });
  test('all filters must hold in the same row', () => {
    const sameRow: Condition = { kind: 'rows', filters: [isA, both], target: { type: 'count', op: '>=', value: 1 }, includeZero: false };
    expect(matchingGroups([sameRow], [[1, 1, 'a', 1, 0], [1, 2, 'b', 7, 0]])).toBe(0);
    expect(matchingGroups([sameRow], [[1, 1, 'a', 7, 0]])).toBe(1);
  });
  test('a sum skips nulls, and is 0 where all are null', () => {
    expect(matchingGroups([sumCondition(isA, 'n', '==', 5)], table)).toBe(1);
    expect(matchingGroups([sumCondition(isA, 'n', '==', 0)], table)).toBe(1);
    expect(matchingGroups([sumCondition(isA, 'x', '==', 0)], table)).toBe(1);
  });
  test('a group with no matching row never matches a sum', () => {
    expect(matchingGroups([sumCondition(isA, 'n', '<', 100)], table)).toBe(2);
  });
  test('sums are compared exactly', () => {
    expect(matchingGroups([sumCondition(isA, 'x', '==', 0.30000000000000004)], table)).toBe(1);
    const large: Cell[][] = [[1, 1, 'a', 2n ** 63n - 1n, 0], [1, 2, 'a', 2n ** 63n - 1n, 0]];
    expect(matchingGroups([sumCondition(isA, 'n', '==', 2n ** 64n - 2n)], large)).toBe(1);
    expect(matchingGroups([sumCondition(isA, 'n', '==', 2 ** 64)], large)).toBe(0);
  });
  test('relations combine conditions by index', () => {
    const conditions = [countCondition(isA, '>=', 1), countCondition(both, '>=', 1), countCondition(isA, '>=', 2)];
    const groups = (relation: Relation): number => matchingGroups(conditions, table, { relation });
    expect(groups({ op: 'or', operands: [{ condition: 0 }, { condition: 1 }] })).toBe(3);
    expect(groups({ op: 'and', operands: [{ condition: 0 }, { condition: 1 }] })).toBe(0);
    expect(groups({ op: 'or', operands: [{ condition: 1 }, { op: 'and', operands: [{ condition: 0 }, { condition: 2 }] }] })).toBe(2);
  });
  test('integer groups beyond 2^53 are told apart', () => {
    expect(matchingGroups([], [[2n ** 53n, 1, 'a', 0, 0], [2n ** 53n + 1n, 1, 'a', 0, 0]])).toBe(2);
  });
});

describe('the timeframe', () => {
  const table: Cell[][] = [[1, 1, 'a'], [1, 5, 'a'], [2, 9, 'a']];
  const dataset = datasetOf({ user: 'INT', time: 'INT', event: 'STRING' }, table);
  const counted = (from: Numeric | null, to: Numeric | null): number[] => {
    const { query } = evaluate(queryOf({ timeframe: { from, to } }), dataset);
    return [query.matchingGroups, query.matchingGroupRows];
  };

  test('from is included, to is not; a group with no row left does not exist', () => {
    expect(counted(null, null)).toEqual([2, 3]);
    expect(counted(1, 9)).toEqual([1, 2]);
    expect(counted(2, 10)).toEqual([2, 2]);
    expect(counted(10, null)).toEqual([0, 0]);
  });
  test('it applies before conditions: not even zero rows of a vanished group match', () => {
    const noB = countCondition({ column: 'event', op: '==', value: 'b' }, '==', 0, true);
    const { query } = evaluate(queryOf({ conditions: [noB], timeframe: { from: null, to: 9 } }), dataset);
    expect(query.matchingGroups).toBe(1);
  });
});

describe('aggregations', () => {
  const table: Cell[][] = [
    [1, 1, 'a', 1, 0.1, true], [1, 2, 'a', null, -0, null], [1, 3, 'b', 3, 0, false],
    [2, 1, 'b', null, NaN, true], [2, 2, null, 5, 1e16, true], [3, 1, 'c', null, 1, null],
  ];
  const count: Aggregation = { type: 'count', column: 'event', name: 'events' };

  test('count leaves nulls out', () => expect(aggregated(count, table)).toBe(5));
  test('countPerValue: ties go to the smaller key', () =>
    expect(aggregated(perValue('countPerValue', 'event'), table)).toEqual([['a', 2], ['b', 2], ['c', 1]]));
  test('groupsPerValue counts a group once per value', () =>
    expect(aggregated(perValue('groupsPerValue', 'event'), table)).toEqual([['b', 2], ['a', 1], ['c', 1]]));
  test('keys of floats: both zeros are one, NaN is none', () =>
    expect(aggregated(perValue('countPerValue', 'x'), table)).toEqual([['0', 2], ['0.1', 1], ['1', 1], ['10000000000000000', 1]]));
  test('keys of booleans', () => expect(aggregated(perValue('countPerValue', 'flag'), table)).toEqual([['true', 3], ['false', 1]]));
  test('keys of integers are exact', () =>
    expect(aggregated(perValue('countPerValue', 'user'), [[2n ** 53n, 1], [2n ** 53n + 1n, 1]].map((cells) => [...cells, null, null, null, null]))).toEqual([
      ['9007199254740992', 1], ['9007199254740993', 1],
    ]));
  test('sumPerValue keeps a key whose values are all null', () =>
    expect(aggregated(ofOther('sumPerValue', 'event', 'n'), table)).toEqual([['b', 3], ['a', 1], ['c', 0]]));
  test('meanPerValue leaves it out', () =>
    expect(aggregated(ofOther('meanPerValue', 'event', 'n'), table)).toEqual([['b', 3], ['a', 1]]));
  test('a top list is cut over the whole dataset, not per part', () => {
    const row = (user: number, event: string): Cell[] => [user, 1, event, null, null, null];
    const first = [row(1, 'a'), row(1, 'a'), row(1, 'a'), row(1, 'b'), row(1, 'b')];
    const second = [row(2, 'c'), row(2, 'c'), row(2, 'c'), row(2, 'b'), row(2, 'b')];
    expect(aggregated(perValue('countPerValue', 'event', 1), first, second)).toEqual([['b', 4]]);
  });
  test('means are of the whole dataset, not of the parts', () => {
    const row = (user: number, n: number): Cell[] => [user, 1, 'a', n, null, null];
    expect(aggregated(ofOther('meanPerValue', 'event', 'n'), [row(1, 1)], [row(2, 3), row(2, 3), row(2, 5)])).toEqual([['a', 3]]);
  });
  test('means of integers are exact before they are rounded once', () => {
    const row = (event: string, n: bigint): Cell[] => [1, 1, event, n, null, null];
    const odd = 2n ** 53n + 1n;
    const rows = [odd, odd, odd, odd, odd].map((n) => row('odd', n));
    const half = [row('half', odd), row('half', 0n), row('less', -odd), row('less', 0n)];
    expect(aggregated(ofOther('meanPerValue', 'event', 'n'), [...rows, ...half])).toEqual([
      ['odd', 2 ** 53], ['half', 2 ** 52 + 0.5], ['less', -(2 ** 52) - 0.5],
    ]);
  });
  test('sums over 64-bit integers are exact, beyond 64 bits too', () => {
    const row = (user: number): Cell[] => [user, 1, 'a', 2n ** 63n - 1n, null, null];
    expect(aggregated(ofOther('sumPerValue', 'event', 'n'), [row(1), row(1)], [row(2)])).toEqual([['a', 3n * (2n ** 63n - 1n)]]);
  });
  test('entries repeat what identifies them', () => {
    const dataset = datasetOf({ user: 'INT', time: 'INT', event: 'STRING' }, [[1, 1, 'a']]);
    const aggregations: Aggregation[] = [count, { ...ofOther('sumPerValue', 'event', 'user', 3), name: 'total' }];
    expect(evaluate(queryOf({ aggregations }), dataset).query.aggregations).toEqual([
      { column: 'event', type: 'count', name: 'events', value: 1 },
      { column: 'event', type: 'sumPerValue', name: 'total', top: 3, value: new Map([['a', 1]]) },
    ]);
  });
});

describe('funnels', () => {
  const table: Cell[][] = [
    [1, 1, 'a'], [1, 2, 'b'], [1, 3, 'z'],
    [2, 1, 'a'], [2, 2, 'z'],
    [3, 1, 'b'],
  ];
  const dataset = datasetOf({ user: 'INT', time: 'INT', event: 'STRING' }, table);
  const sequence = sequenceOf({ steps: [{ event: 'a' }, { event: 'b' }] });
  const count: Aggregation = { type: 'count', column: 'event', name: null };

  test('aggregations run over all rows of the groups of the step', () => {
    const { query, funnel } = evaluate(queryOf({ funnel: { sequence, stepAggregations: [count], endAggregations: [count] } }), dataset);
    const entry = { column: 'event', type: 'count' };
    expect(query).toEqual({ matchingGroups: 3, matchingGroupRows: 6 });
    expect(funnel).toEqual({
      sequence: [
        { matchingGroups: 2, matchingGroupRows: 5, aggregations: [{ ...entry, value: 5 }] },
        { matchingGroups: 1, matchingGroupRows: 3, aggregations: [{ ...entry, value: 3 }] },
      ],
      endAggregations: [{ ...entry, value: 3 }],
    });
  });
  test('only matching groups enter it, and nothing is present that was not asked for', () => {
    const conditions = [countCondition({ column: 'event', op: '==', value: 'b' }, '==', 0, true)];
    const { funnel } = evaluate(queryOf({ conditions, funnel: { sequence, stepAggregations: null, endAggregations: null } }), dataset);
    expect(funnel).toEqual({ sequence: [{ matchingGroups: 1, matchingGroupRows: 2 }, { matchingGroups: 0, matchingGroupRows: 0 }] });
  });
});
