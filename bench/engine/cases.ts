import { funnelSql, funnelSumsSql } from './funnel-sql';
import { exclusionSql, gapSql, maxDurationSql } from './ordered-sql';
import type { ShopFileName } from './shop-data';

/** What both sides make of an answer, so that they can be compared: figures by name. */
export type Figures = Readonly<Record<string, number>>;

/** One question, as both sides are asked it. */
export interface BenchCase {
  readonly name: string;
  readonly file: ShopFileName;
  /** In the product's language. */
  readonly query: unknown;
  /**
   * Ways to put the question to DuckDB, `events` standing for the table; each gives either one row of figures by name or
   * rows of `name` and `value`.
   */
  readonly phrasings: Readonly<Record<string, string>>;
  /** Whether the warm side is run; not where a file differs in its compression alone. */
  readonly warm: boolean;
}

const day = 86_400_000;

const isEvent = (event: string) => ({ filter: ['event', '==', event] });
const steps = ['view', 'addtocart', 'transaction'].map(isEvent);

const bought = `select user_id from events where event = 'transaction' group by user_id having count(*) > 1`;
const defaultAggregations = (pairs: string) => `
  select unnest(['groups', 'rows', 'count.event', 'countPerValue.' || event, 'groupsPerValue.' || event]) as name,
    unnest([(select count(*) from matching), (select sum(n) from pairs), (select sum(n) from pairs), sum(n), ${pairs}]) as value
  from pairs group by event`;

const condition = {
  query: { query: { conditions: [{ ...isEvent('transaction'), target: ['count', '>', 1] }], aggregations: [{ column: 'event' }] } },
  phrasings: {
    'semi-join, then counts per user and event': `
      with matching as materialized (${bought}),
      pairs as materialized (select user_id, event, count(*) as n from events semi join matching using (user_id) group by all)
      ${defaultAggregations('count(*)')}`,
    'counts per user and event of all, then semi-join': `
      with everyone as materialized (select user_id, event, count(*) as n from events group by all),
      matching as (select user_id from everyone where event = 'transaction' and n > 1),
      pairs as materialized (select * from everyone semi join matching using (user_id))
      ${defaultAggregations('count(*)')}`,
    'semi-join, then distinct users per event': `
      with matching as materialized (${bought}),
      pairs as materialized (select event, count(*) as n, count(distinct user_id) as g from events semi join matching using (user_id) group by event)
      ${defaultAggregations('any_value(g)')}`,
  },
};

const funnel = { query: { funnel: { sequence: steps } }, phrasings: funnelSql };

const funnelSums = {
  query: { funnel: { sequence: steps, stepAggregations: [{ column: 'event', type: 'sumPerValue', otherColumn: 'price' }] } },
  phrasings: funnelSumsSql,
};

const groupsWith = (predicate: string) => ({
  'one pass': `select count(*) as groups, sum(n) as rows from (select count(*) as n from events group by user_id having bool_or(${predicate}))`,
  'semi-join': `
    with matching as materialized (select distinct user_id from events where ${predicate}),
    counted as (select user_id, count(*) as n from events semi join matching using (user_id) group by user_id)
    select count(*) as groups, sum(n) as rows from counted`,
  'rows alone counted': `
    with matching as materialized (select distinct user_id from events where ${predicate})
    select (select count(*) from matching) as groups, count(*) as rows from events semi join matching using (user_id)`,
});

const distinctItems = (predicate: string) => ({
  'distinct items first': `
    with hits as materialized (select item from (select distinct item from events) where ${predicate}),
    matching as materialized (select distinct user_id from events semi join hits using (item))
    select (select count(*) from matching) as groups, count(*) as rows from events semi join matching using (user_id)`,
});

const pattern = '^(acme|juno)-[a-z]+-0[0-9]*9$';

/** Twenty conditions, as filter in the language and as predicate of SQL. */
const twenty: readonly (readonly [readonly [string, string, string | number | boolean], string])[] = [
  [['event', '==', 'transaction'], `event = 'transaction'`],
  [['event', '==', 'addtocart'], `event = 'addtocart'`],
  [['event', '!=', 'view'], `event is distinct from 'view'`],
  [['price', '>', 400], 'price > 400'],
  [['price', '<=', 5], 'price <= 5'],
  [['quantity', '>=', 8], 'quantity >= 8'],
  [['quantity', '==', 3], 'quantity = 3'],
  [['category', '==', 123], 'category = 123'],
  [['category', '<', 10], 'category < 10'],
  [['category', '>=', 490], 'category >= 490'],
  [['store', '==', 7], 'store = 7'],
  [['store', '>', 45], 'store > 45'],
  [['age', '<', 21], 'age < 21'],
  [['age', '>=', 60], 'age >= 60'],
  [['score', '>', 0.99], 'score > 0.99'],
  [['score', '<', 0.01], 'score < 0.01'],
  [['mobile', '==', true], 'mobile'],
  [['mobile', '==', false], 'not mobile'],
  [['returning_customer', '==', true], 'returning_customer'],
  [['returning_customer', '==', false], 'not returning_customer'],
];
const pairsOf = (name: (index: number) => string) => Array.from({ length: 10 }, (_, pair) => `(${name(2 * pair)} or ${name(2 * pair + 1)})`);
const relationOf = (name: (index: number) => string) => {
  const pairs = pairsOf(name);
  return `(${pairs.slice(0, 5).join(' and ')}) or (${pairs.slice(5).join(' and ')})`;
};

const reported: readonly Omit<BenchCase, 'warm'>[] = [
  { name: 'max-duration', file: 'sorted-snappy', query: { funnel: { sequence: steps, maxDuration: day } }, phrasings: maxDurationSql(day) },
  {
    name: 'exclusion',
    file: 'sorted-snappy',
    query: { funnel: { sequence: [isEvent('view'), { ...isEvent('addtocart'), rowFound: false }, isEvent('transaction')] } },
    phrasings: exclusionSql,
  },
  {
    name: 'gap',
    file: 'sorted-snappy',
    query: { funnel: { sequence: [isEvent('view'), { ...isEvent('addtocart'), maxDuration: day }, { ...isEvent('transaction'), minDuration: 60_000, maxDuration: day / 24 }] } },
    phrasings: gapSql(day, 60_000, day / 24),
  },
  {
    name: 'regex',
    file: 'sorted-snappy',
    query: { query: { conditions: [{ filter: ['item', 'regex', pattern] }] } },
    phrasings: { ...groupsWith(`regexp_matches(item, '${pattern}')`), ...distinctItems(`regexp_matches(item, '${pattern}')`) },
  },
  {
    name: 'contains',
    file: 'sorted-snappy',
    query: { query: { conditions: [{ filter: ['item', 'contains', 'lamp-01'] }] } },
    phrasings: { ...groupsWith(`contains(item, 'lamp-01')`), ...distinctItems(`contains(item, 'lamp-01')`) },
  },
  { name: 'close-ids', file: 'close-ids', ...condition },
  { name: 'string-ids', file: 'string-ids', ...funnel },
  { name: 'wide-ids', file: 'wide-ids', ...funnel },
  {
    name: 'twenty-conditions',
    file: 'sorted-snappy',
    query: { query: { relation: relationOf((index) => `$${index}`), conditions: twenty.map(([filter]) => ({ filter })) } },
    phrasings: {
      'one pass, counts': `select count(*) as groups, sum(n) as rows from (select count(*) as n from events group by user_id
        having ${relationOf((index) => `count(*) filter (where ${twenty[index][1]}) > 0`)})`,
      'one pass, bool_or': `select count(*) as groups, sum(n) as rows from (select count(*) as n from events group by user_id
        having ${relationOf((index) => `bool_or(coalesce(${twenty[index][1]}, false))`)})`,
      'one pass, bits': `select count(*) as groups, sum(n) as rows from
        (select count(*) as n, bit_or(${twenty.map(([, sql], index) => `coalesce((${sql})::integer, 0) * ${2 ** index}`).join(' + ')}) as bits from events group by user_id)
        where ${relationOf((index) => `bits & ${2 ** index} != 0`)}`,
    },
  },
];

const main = Object.entries({ condition, funnel, 'funnel-sums': funnelSums }).flatMap(([name, question]) =>
  (['sorted', 'shuffled'] as const).flatMap((order): BenchCase[] => [
    { name: `${name}.${order}`, file: `${order}-snappy`, ...question, warm: true },
    { name: `${name}.${order}`, file: `${order}-zstd`, ...question, warm: false },
  ]),
);

/** The questions of the table. */
export const benchCases: readonly BenchCase[] = [...main, ...reported.map((question) => ({ ...question, warm: true }))];
