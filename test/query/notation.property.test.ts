import fc from 'fast-check';
import { canonicalQuery } from '../../lambda/query/canonical-query';
import { parseQuery } from '../../lambda/query/parse-query';
import { shop } from './datasets';

/** The same thing in both notations. */
interface Both {
  readonly shorthand: unknown;
  readonly verbose: unknown;
}

const filterOf = (column: string, op: string, value: unknown): Both => ({ shorthand: [column, op, value], verbose: { value, column, op } });
const list = (item: fc.Arbitrary<unknown>) => fc.array(item, { minLength: 1, maxLength: 4 });
const comparison = fc.constantFrom('==', '!=', '>', '>=', '<', '<=');
const membership = fc.constantFrom('in', 'not in');
const text = fc.string();
const filter: fc.Arbitrary<Both> = fc.oneof(
  fc.tuple(fc.constantFrom('quantity', 'timestamp', '__proto__'), comparison, fc.maxSafeInteger()).map((parts) => filterOf(...parts)),
  fc.tuple(fc.constantFrom('price', 'a/b~c'), comparison, fc.double({ noNaN: true, noDefaultInfinity: true })).map((parts) => filterOf(...parts)),
  fc.tuple(fc.constant('price'), membership, list(fc.integer())).map((parts) => filterOf(...parts)),
  fc.tuple(fc.constantFrom('event', 'constructor'), fc.constantFrom('==', '!=', 'contains', 'not contains', 'starts with', 'ends with'), text).map((parts) => filterOf(...parts)),
  fc.tuple(fc.constant('event'), membership, list(text)).map((parts) => filterOf(...parts)),
  fc.tuple(fc.constant('logged_in'), fc.constantFrom('==', '!='), fc.boolean()).map((parts) => filterOf(...parts)),
);
const target: fc.Arbitrary<Both> = fc.oneof(
  fc.tuple(comparison, fc.nat()).map(([op, value]) => ({ shorthand: ['count', op, value], verbose: { op, value, type: 'count' } })),
  fc.tuple(comparison, fc.integer()).map(([op, value]) => ({ shorthand: ['sum', 'price', op, value], verbose: { value, column: 'price', type: 'sum', op } })),
);

test('shorthand and verbose filters and targets, written-out defaults and names change nothing', () => {
  const conditions = fc.array(fc.record({ filter, target }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(conditions, (both) => {
      const short = { query: { conditions: both.map((condition) => ({ filter: condition.filter.shorthand, target: condition.target.shorthand })) } };
      const long = {
        query: {
          relation: both.map((_, index) => `$c${index}`).join(' and '),
          conditions: both.map((condition, index) => ({ target: condition.target.verbose, name: `c${index}`, filters: [condition.filter.verbose] })),
        },
      };
      const expanded = parseQuery(JSON.stringify(short), shop);
      expect(parseQuery(JSON.stringify(long), shop)).toEqual(expanded);
      expect(canonicalQuery(parseQuery(JSON.stringify(long), shop))).toBe(canonicalQuery(expanded));
    }),
  );
});

test('a filter expands alike in conditions, steps and exclusions', () => {
  fc.assert(
    fc.property(filter, ({ shorthand, verbose }) => {
      const query = {
        query: { conditions: [{ filter: shorthand }] },
        funnel: { sequence: [{ filter: verbose }, { filter: shorthand, rowFound: false }, { filters: [verbose] }, { filter: verbose, rowFound: false }] },
      };
      const { conditions, funnel } = parseQuery(JSON.stringify(query), shop);
      const filters = conditions[0].kind === 'rows' ? conditions[0].filters : [];
      expect(filters).toHaveLength(1);
      expect(funnel?.sequence).toMatchObject({ steps: [{ filters }, { filters, exclusionsBefore: [filters] }], trailingExclusions: [filters] });
    }),
  );
});
