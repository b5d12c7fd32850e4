import { canonicalQuery } from '../../lambda/query/canonical-query';
import { parseJson, stringifyJson } from '../../lambda/query/json';
import type { ExpandedQuery } from '../../lambda/query/expanded';
import { parseQuery } from '../../lambda/query/parse-query';
import { shop } from './datasets';
import { validQueries } from './valid-queries';

const canonical = (text: string): string => canonicalQuery(parseQuery(text, shop));

test.each([
  ['the order of properties', '{"query": {"aggregations": [], "conditions": []}}', '{"query": {"conditions": [], "aggregations": []}}'],
  ['empty parts', '{}', '{"timeframe": {}, "query": {"relation": "or", "conditions": []}}'],
  ['default top', '{"query": {"aggregations": [{"column": "event"}]}}', '{"query": {"aggregations": [{"column": "event", "top": 10}]}}'],
  [
    'a type left out',
    '{"query": {"aggregations": [{"column": "event"}]}}',
    '{"query": {"aggregations": [{"column": "event", "type": "count"}, {"column": "event", "type": "countPerValue"}, {"column": "event", "type": "groupsPerValue"}]}}',
  ],
  [
    'default target and includeZero',
    '{"query": {"conditions": [{"filter": ["event", "==", "home"]}]}}',
    '{"query": {"relation": "($0)", "conditions": [{"filter": ["event", "==", "home"], "target": ["count", ">=", 1], "includeZero": false}]}}',
  ],
  [
    'the notation of a time',
    '{"query": {"conditions": [{"filter": ["paid_at", "==", "2024-03-01"]}]}}',
    '{"query": {"conditions": [{"filter": ["paid_at", "==", 1709251200000.0]}]}}',
  ],
])('queries that differ only in %s have one text', (_, left, right) => {
  expect(canonical(left)).toBe(canonical(right));
});

test('queries that expand otherwise have other texts', () => {
  const texts = validQueries.map(([, query]) => canonical(JSON.stringify(query)));
  const expansions = validQueries.map(([, query]) => stringifyJson(parseQuery(JSON.stringify(query), shop)));
  expect(new Set(texts).size).toBe(new Set(expansions).size);
});

test('the text is the same after a way through JSON', () => {
  const query = parseQuery('{"query": {"conditions": [{"filter": ["quantity", "in", [9007199254740993, 1]]}]}}', shop);
  expect(canonicalQuery(parseJson(stringifyJson(query)) as ExpandedQuery)).toBe(canonicalQuery(query));
});
