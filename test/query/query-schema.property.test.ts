import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { FrocketError } from '../../lambda/query/errors';
import { parseQuery } from '../../lambda/query/parse-query';
import { datasetQuerySchema } from '../../lambda/query/query-schema';
import { shop } from './datasets';
import { validQueries } from './valid-queries';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Edit = (value: Json) => Json;

const pool: readonly Json[] = [
  ...[null, true, false, 0, 1, -1, 2.5, 1e18, '', 'x', 'event', 'price', 'quantity', 'paid_at', 'and', '2024-03-01', '2024-02-30', [], {}, ['home']],
  ...['==', '<=', '>', 'in', 'not in', 'contains', 'regex', '(', 'count', 'sum', 'countPerValue', 'sumPerValue', '$0'],
];
const keys = ['filter', 'filters', 'sequence', 'target', 'includeZero', 'name', 'rowFound', 'minDuration', 'maxDuration', 'type', 'top', 'otherColumn', 'extra'];

const replaced = fc.constantFrom(...pool).map((value): Edit => () => value);
const shortened = fc.nat().map(
  (at): Edit =>
    (value) => {
      if (Array.isArray(value)) return value.filter((_, index) => index !== at % value.length);
      return isObject(value) ? Object.fromEntries(Object.entries(value).filter((_, index, all) => index !== at % all.length)) : value;
    },
);
const extended = fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...pool)).map(
  ([key, item]): Edit =>
    (value) => {
      if (Array.isArray(value)) return [...value, item];
      return isObject(value) ? { ...value, [key]: item } : value;
    },
);
const edit = fc.oneof(replaced, shortened, extended);

/** A valid query, changed in up to three places. */
const almostValid = fc
  .tuple(fc.constantFrom(...validQueries), fc.array(fc.tuple(fc.array(fc.nat(), { maxLength: 7 }), edit), { minLength: 1, maxLength: 3 }))
  .map(([[, query], edits]) => edits.reduce((changed, [route, change]) => changedAt(changed, route, change), JSON.parse(JSON.stringify(query)) as Json));

/** What only the parser can see. */
const beyondJsonSchema = [/^RELATION .*/, /is already the name/, /must begin before it ends/, /in RE2 syntax/, /ISO-8601 text.*not "2024-02-30"/];

test('the schema and the parser agree on queries that are almost right', () => {
  const validate = new Ajv2020({ strict: false }).compile(datasetQuerySchema(shop));
  let valid = 0;
  fc.assert(
    fc.property(almostValid, (query) => {
      const text = JSON.stringify(query);
      const refusal = refusalOf(text);
      if (refusal === null) {
        valid++;
        expect(validate(query)).toBe(true);
      } else if (validate(query)) {
        expect(refusal).toMatch(new RegExp(beyondJsonSchema.map(({ source }) => source).join('|')));
      }
    }),
    { numRuns: 5000 },
  );
  expect(valid).toBeGreaterThan(100);
});

function refusalOf(text: string): string | null {
  try {
    parseQuery(text, shop);
    return null;
  } catch (error) {
    if (error instanceof FrocketError) return `${error.kind} ${error.message}`;
    throw error;
  }
}

function changedAt(value: Json, [at, ...rest]: readonly number[], change: Edit): Json {
  if (at === undefined) return change(value);
  if (Array.isArray(value) && value.length > 0) return value.map((item, index) => (index === at % value.length ? changedAt(item, rest, change) : item));
  if (!isObject(value) || Object.keys(value).length === 0) return change(value);
  const chosen = at % Object.keys(value).length;
  return Object.fromEntries(Object.entries(value).map(([key, item], index) => [key, index === chosen ? changedAt(item, rest, change) : item]));
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
