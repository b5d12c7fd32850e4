import { columnsUsed, usesTime } from '../../lambda/query/columns-used';
import { parseQuery } from '../../lambda/query/parse-query';
import { shop } from './datasets';

const used = (query: unknown): string[] => columnsUsed(parseQuery(JSON.stringify(query), shop), shop);

test('the empty query reads the group ID and the timestamp', () => {
  expect(used({})).toEqual(['user_id', 'timestamp']);
});

test('each column that any part names is read once', () => {
  const query = {
    query: {
      relation: '$0',
      conditions: [
        { filter: ['event', '==', 'home'], target: ['sum', 'price', '>', 1] },
        { filters: [{ column: 'event', op: '==', value: 'home' }, { column: 'user_id', op: '==', value: 'u' }] },
        { sequence: [{ filter: ['platform', '==', 'web'] }, { filter: ['cohort', '==', 'c'], rowFound: false }] },
      ],
      aggregations: [{ column: '__proto__' }, { column: 'event', type: 'sumPerValue', otherColumn: 'quantity' }],
    },
    funnel: {
      sequence: [{ filter: ['channel', '==', 'ad'] }, { filter: ['logged_in', '==', true], rowFound: false }, { filter: ['a/b~c', '>', 1] }],
      stepAggregations: [{ column: 'session_id', type: 'count' }],
      endAggregations: [{ column: 'born', type: 'count' }],
    },
  };
  const columns = used(query);
  expect(columns.slice(0, 2)).toEqual(['user_id', 'timestamp']);
  expect([...columns].sort()).toEqual([...shop.columns.keys()].filter((name) => name !== 'constructor' && name !== 'paid_at').sort());
});

it.each([
  [{ query: { conditions: [{ filter: ['event', '==', 'home'] }], aggregations: [{ column: 'timestamp' }] } }, false],
  [{ query: { conditions: [{ sequence: [{ filter: ['event', '==', 'home'] }] }] } }, true],
  [{ funnel: { sequence: [{ filter: ['event', '==', 'home'] }] } }, true],
  [{ timeframe: { from: 0 }, query: {} }, true],
  [{ timeframe: { to: 1_717_000_000_000 }, query: {} }, true],
  [{ query: {} }, false],
])('knows whether times matter to %j', (query, matters) => {
  expect(usesTime(parseQuery(JSON.stringify(query), shop))).toBe(matters);
});
