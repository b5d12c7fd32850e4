import { LimitError } from '../../lambda/query/errors';
import { parseJson, stringifyJson } from '../../lambda/query/json';
import { parseQuery } from '../../lambda/query/parse-query';
import { shop, shopWith } from './datasets';
import { invalidQueries, twiceInvalidQueries } from './invalid-queries';
import { failureOf } from './parse-failure';
import { emptyExpansion, validQueries } from './valid-queries';

describe('a valid query expands into its one full form', () => {
  test.each(validQueries)('%s', (_, query, expanded) => {
    expect(parseQuery(JSON.stringify(query), shop)).toStrictEqual({ ...emptyExpansion, ...expanded });
  });

  test.each(validQueries)('which survives the way to a worker as JSON: %s', (_, query) => {
    const expanded = parseQuery(JSON.stringify(query), shop);
    expect(parseJson(stringifyJson(expanded))).toEqual(expanded);
  });
});

describe('an invalid query is refused with its kind and a pointer to the place', () => {
  test.each([...invalidQueries, ...twiceInvalidQueries])('$says', ({ query, kind, path, hint = /./ }) => {
    const error = failureOf(() => parseQuery(JSON.stringify(query), shop));
    expect({ kind: error.kind, path: error.path }).toEqual({ kind, path });
    expect(error.message).toMatch(hint);
    expect(error.message).not.toMatch(/undefined|\[object/);
  });

  test('a list that is too long is a limit of the request', () => {
    const query = { query: { aggregations: Array(101).fill({ column: 'event' }) } };
    const error = failureOf(() => parseQuery(JSON.stringify(query), shop));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toHaveProperty('limitOf', 'request');
  });

  test('lists may be as long as their limits', () => {
    const filter = ['quantity', 'in', Array(10_000).fill(1)];
    const aggregations = Array(100).fill({ column: 'event', type: 'count' });
    const sequence = Array(100).fill({ filter: ['event', '==', 'home'] });
    const conditions = [{ filter }, ...Array<unknown>(99).fill({ sequence: sequence.slice(0, 1) })];
    const query = { query: { conditions, aggregations }, funnel: { sequence, stepAggregations: aggregations } };
    expect(parseQuery(JSON.stringify(query), shop).conditions).toHaveLength(100);
  });

  test('text that is not JSON', () => {
    expect(failureOf(() => parseQuery('{"query": }', shop))).toMatchObject({ kind: 'SCHEMA', path: '' });
    expect(failureOf(() => parseQuery('', shop))).toMatchObject({ kind: 'SCHEMA', path: '' });
  });

  test('keys that would change an object are unknown properties', () => {
    expect(failureOf(() => parseQuery('{"query": {"__proto__": {"conditions": []}}}', shop))).toMatchObject({ kind: 'SCHEMA', path: '/query/__proto__' });
    expect(failureOf(() => parseQuery('{"constructor": 1}', shop))).toMatchObject({ kind: 'SCHEMA', path: '/constructor' });
  });

  test('numbers too large for a double', () => {
    const query = '{"query": {"conditions": [{"filter": ["price", "<", 1e400]}]}}';
    const error = failureOf(() => parseQuery(query, shop));
    expect(error).toMatchObject({ kind: 'SCHEMA', path: '/query/conditions/0/filter/2' });
    expect(error.message).toMatch(/too large/);
  });
});

describe('integers stay exact', () => {
  const value = (column: string, literal: string): unknown => {
    const [condition] = parseQuery(`{"query": {"conditions": [{"filter": ["${column}", "==", ${literal}]}]}}`, shop).conditions;
    return condition.kind === 'rows' ? condition.filters[0].value : null;
  };

  test.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
    ['9007199254740993.0', 9_007_199_254_740_993n],
    ['1e18', 1_000_000_000_000_000_000n],
    ['1e21', 1_000_000_000_000_000_000_000n],
    ['5.0', 5],
    ['5e2', 500],
  ])('%s', (literal, expected) => {
    expect(value('quantity', literal)).toBe(expected);
  });

  test('in lists, targets, timeframes and durations', () => {
    const nanoseconds = shopWith({ type: 'INT', logical: null }, 1_709_251_200_000_000_000n, 1_717_200_000_000_000_000n);
    const text = `{
      "timeframe": {"from": 1709251200000000001},
      "query": {"conditions": [{"filter": ["quantity", "in", [1, 9007199254740993]], "target": ["sum", "quantity", ">", 9007199254740995]}]},
      "funnel": {"sequence": [{"filter": ["event", "==", "home"]}], "maxDuration": 9007199254740997}
    }`;
    const { timeframe, conditions, funnel } = parseQuery(text, nanoseconds);
    expect(timeframe.from).toBe(1_709_251_200_000_000_001n);
    expect(conditions[0]).toMatchObject({ filters: [{ value: [1, 9_007_199_254_740_993n] }], target: { value: 9_007_199_254_740_995n } });
    expect(funnel?.sequence.maxDuration).toBe(9_007_199_254_740_997n);
  });
});

describe('times are in the unit of the timestamp column', () => {
  const seconds = shopWith({ type: 'FLOAT', logical: null }, 1_709_251_200.25, 1_717_200_000.75);

  test('fractions are fine where the column holds floats', () => {
    const query = { timeframe: { from: 1_709_251_200.5 }, funnel: { sequence: [{ filter: ['event', '==', 'home'] }], maxDuration: 0.5 } };
    expect(parseQuery(JSON.stringify(query), seconds)).toMatchObject({ timeframe: { from: 1_709_251_200.5 }, funnel: { sequence: { maxDuration: 0.5 } } });
  });

  test('milliseconds over seconds are refused', () => {
    const error = failureOf(() => parseQuery('{"timeframe": {"to": 1717200000000}}', seconds));
    expect(error).toMatchObject({ kind: 'TYPE_MISMATCH', path: '/timeframe/to' });
    expect(error.message).toMatch(/divide it by 1000/);
  });

  test.each([
    ['the dataset is empty', null, null],
    ['times begin at 0', 0, 1_000_000],
    ['times are not those of an epoch', 10, 1_000_000],
    ['times are before the epoch', -50, -20],
  ])('no unit is guessed where %s', (_, least, greatest) => {
    const dataset = shopWith({ type: 'INT', logical: null }, least, greatest);
    expect(parseQuery('{"timeframe": {"from": 1, "to": 1717200000000}}', dataset).timeframe).toEqual({ from: 1, to: 1_717_200_000_000 });
  });
});
