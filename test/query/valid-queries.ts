import type { Aggregation, Condition, ExpandedQuery, Filter, Relation, Sequence, Step } from '../../lambda/query/expanded';

/** What must hold, the query, and what of its expansion differs from that of the empty query. */
export type ValidCase = readonly [says: string, query: unknown, expanded: Partial<ExpandedQuery>];

export const emptyExpansion: ExpandedQuery = {
  timeframe: { from: null, to: null },
  conditions: [],
  relation: null,
  aggregations: null,
  funnel: null,
};

const atLeastOne = { type: 'count', op: '>=', value: 1 } as const;
const home: Filter = { column: 'event', op: '==', value: 'home' };
const search: Filter = { column: 'event', op: '==', value: 'search' };
const purchase: Filter = { column: 'event', op: '==', value: 'purchase' };
const homeInput = ['event', '==', 'home'];
const searchInput = ['event', '==', 'search'];
const purchaseInput = ['event', '==', 'purchase'];

function rows(filters: readonly Filter[], more: Partial<Extract<Condition, { kind: 'rows' }>> = {}): Condition {
  return { kind: 'rows', filters, target: atLeastOne, includeZero: false, ...more };
}

function step(filter: Filter, more: Partial<Step> = {}): Step {
  return { filters: [filter], exclusionsBefore: [], minDuration: null, maxDuration: null, ...more };
}

function sequence(steps: readonly Step[], more: Partial<Sequence> = {}): Sequence {
  return { steps, trailingExclusions: [], maxDuration: null, ...more };
}

function oneCondition(says: string, condition: unknown, expanded: Condition): ValidCase {
  return [says, { query: { conditions: [condition] } }, { conditions: [expanded], relation: { condition: 0 } }];
}

function oneFilter(says: string, filter: unknown, expanded: Filter): ValidCase {
  return oneCondition(says, { filter }, rows([expanded]));
}

function oneTarget(says: string, target: unknown, expanded: Extract<Condition, { kind: 'rows' }>['target'], includeZero = false): ValidCase {
  return oneCondition(says, { filter: homeInput, target }, rows([home], { target: expanded, includeZero }));
}

function zeroIncluded(target: readonly ['count', '==' | '!=' | '>=' | '<' | '<=', number]): ValidCase {
  const [type, op, value] = target;
  return oneCondition(
    `includeZero may be true with ${target.join(' ')}`,
    { filter: homeInput, target, includeZero: true },
    rows([home], { target: { type, op, value }, includeZero: true }),
  );
}

function related(relation: string | undefined, expanded: Relation): ValidCase {
  const conditions = [{ filter: homeInput }, { filter: searchInput, name: 'Searched' }, { filter: purchaseInput }];
  return [
    `relation ${String(relation)}`,
    { query: { conditions, ...(relation === undefined ? {} : { relation }) } },
    { conditions: [rows([home]), rows([search]), rows([purchase])], relation: expanded },
  ];
}

function aggregated(says: string, aggregations: readonly unknown[], expanded: readonly Aggregation[]): ValidCase {
  return [says, { query: { aggregations } }, { aggregations: expanded }];
}

function funnel(says: string, input: object, expanded: Sequence): ValidCase {
  return [says, { funnel: input }, { funnel: { sequence: expanded, stepAggregations: null, endAggregations: null } }];
}

const all: Relation = { op: 'and', operands: [{ condition: 0 }, { condition: 1 }, { condition: 2 }] };
const any: Relation = { op: 'or', operands: [{ condition: 0 }, { condition: 1 }, { condition: 2 }] };

export const validQueries: readonly ValidCase[] = [
  ['the empty query', {}, {}],
  ['empty parts', { timeframe: {}, query: {} }, {}],
  ['no conditions match everything', { query: { conditions: [], relation: 'or' } }, {}],
  ['a lone relation needs no conditions', { query: { relation: ' AND ' } }, {}],
  ['no aggregations are still a list', { query: { aggregations: [] } }, { aggregations: [] }],

  ['a timeframe', { timeframe: { from: 1_709_251_200_000, to: 1_717_200_000_000 } }, { timeframe: { from: 1_709_251_200_000, to: 1_717_200_000_000 } }],
  ['a timeframe without end', { timeframe: { from: 1_709_251_200_000 } }, { timeframe: { from: 1_709_251_200_000, to: null } }],
  ['a timeframe from 0 or before is in any unit', { timeframe: { from: -5, to: 0 } }, { timeframe: { from: -5, to: 0 } }],
  ['a bound at a hundredth of the least time', { timeframe: { from: 17_092_512_000 } }, { timeframe: { from: 17_092_512_000, to: null } }],

  oneFilter('a filter in shorthand', homeInput, home),
  oneFilter('a verbose filter', { value: 'home', op: '==', column: 'event' }, home),
  oneFilter('a string operator', ['event', 'not contains', ''], { column: 'event', op: 'not contains', value: '' }),
  oneFilter('starts with', ['event', 'starts with', 'h'], { column: 'event', op: 'starts with', value: 'h' }),
  oneFilter('ends with', ['event', 'ends with', 'h'], { column: 'event', op: 'ends with', value: 'h' }),
  oneFilter('a regular expression', ['event', 'regex', '^(home|search)$'], { column: 'event', op: 'regex', value: '^(home|search)$' }),
  oneFilter('a regular expression that repeats much', ['event', 'regex', '.{0,1000}'], { column: 'event', op: 'regex', value: '.{0,1000}' }),
  oneFilter('a list of strings', ['event', 'in', ['home', 'search']], { column: 'event', op: 'in', value: ['home', 'search'] }),
  oneFilter('a verbose list', { column: 'quantity', op: 'not in', value: [1, 2] }, { column: 'quantity', op: 'not in', value: [1, 2] }),
  oneFilter('an integer', ['quantity', '>=', -3], { column: 'quantity', op: '>=', value: -3 }),
  oneFilter('a fraction', ['price', '<', 9.99], { column: 'price', op: '<', value: 9.99 }),
  oneFilter('a whole number over floats', ['price', '!=', 10], { column: 'price', op: '!=', value: 10 }),
  oneFilter('a boolean', ['logged_in', '!=', true], { column: 'logged_in', op: '!=', value: true }),
  oneFilter('a date', ['born', '==', '2024-02-29'], { column: 'born', op: '==', value: Date.UTC(2024, 1, 29) }),
  oneFilter('a date before the epoch', ['born', '<', '0001-01-01'], { column: 'born', op: '<', value: -62_135_596_800_000 }),
  oneFilter('milliseconds over dates', ['born', '<', 86_400_000], { column: 'born', op: '<', value: 86_400_000 }),
  oneFilter('a date over a timestamp', ['paid_at', '>=', '2024-03-01'], { column: 'paid_at', op: '>=', value: Date.UTC(2024, 2, 1) }),
  oneFilter('minutes', ['paid_at', '<', '2024-03-01T10:30'], { column: 'paid_at', op: '<', value: Date.UTC(2024, 2, 1, 10, 30) }),
  oneFilter('seconds in UTC', ['paid_at', '<', '2024-03-01T10:30:15Z'], { column: 'paid_at', op: '<', value: Date.UTC(2024, 2, 1, 10, 30, 15) }),
  oneFilter('a zone to the east', ['paid_at', '<', '2024-03-01T01:30+02:00'], { column: 'paid_at', op: '<', value: Date.UTC(2024, 1, 29, 23, 30) }),
  oneFilter('a zone to the west', ['paid_at', '<', '2024-03-01T01:30-0330'], { column: 'paid_at', op: '<', value: Date.UTC(2024, 2, 1, 5, 0) }),
  oneFilter('a zone in hours', ['paid_at', '<', '2024-03-01T01:30+02'], { column: 'paid_at', op: '<', value: Date.UTC(2024, 1, 29, 23, 30) }),
  oneFilter('finer than a millisecond', ['paid_at', '<', '2024-03-01T10:30:15.1239'], {
    column: 'paid_at',
    op: '<',
    value: Date.UTC(2024, 2, 1, 10, 30, 15, 123),
  }),
  oneFilter('finer than a millisecond, before the epoch: the one before', ['paid_at', '<', '1969-12-31T23:59:59.9999Z'], {
    column: 'paid_at',
    op: '<',
    value: -1,
  }),
  oneFilter('times in a list', ['paid_at', 'in', ['1970-01-01', 5]], { column: 'paid_at', op: 'in', value: [0, 5] }),
  oneFilter('a column named __proto__', ['__proto__', '>', 1], { column: '__proto__', op: '>', value: 1 }),
  oneFilter('a column named constructor', { column: 'constructor', op: '==', value: 'x' }, { column: 'constructor', op: '==', value: 'x' }),
  oneCondition(
    'several filters',
    { filters: [{ column: 'event', op: '==', value: 'home' }, { column: 'price', op: '>', value: 5 }] },
    rows([home, { column: 'price', op: '>', value: 5 }]),
  ),

  oneTarget('a count target', ['count', '>', 3], { type: 'count', op: '>', value: 3 }),
  oneTarget('a verbose count target', { type: 'count', op: '<=', value: 3 }, { type: 'count', op: '<=', value: 3 }),
  oneTarget('a count of none includes groups with none', ['count', '==', 0], { type: 'count', op: '==', value: 0 }, true),
  oneTarget('a sum target', ['sum', 'price', '>=', 99.5], { type: 'sum', column: 'price', op: '>=', value: 99.5 }),
  oneTarget('a verbose sum target', { type: 'sum', column: 'quantity', op: '!=', value: -1 }, { type: 'sum', column: 'quantity', op: '!=', value: -1 }),
  zeroIncluded(['count', '==', 0]),
  zeroIncluded(['count', '!=', 2]),
  zeroIncluded(['count', '<=', 0]),
  zeroIncluded(['count', '<=', 7]),
  zeroIncluded(['count', '<', 1]),
  zeroIncluded(['count', '>=', 0]),
  oneCondition(
    'includeZero may be false where zero satisfies the target',
    { filter: homeInput, target: ['count', '<', 3], includeZero: false },
    rows([home], { target: { type: 'count', op: '<', value: 3 } }),
  ),
  oneCondition('includeZero may be false with the default target', { filter: homeInput, includeZero: false }, rows([home])),
  oneCondition(
    'includeZero may be false with a sum target',
    { filter: homeInput, target: ['sum', 'price', '>', 0], includeZero: false },
    rows([home], { target: { type: 'sum', column: 'price', op: '>', value: 0 } }),
  ),

  related(undefined, all),
  related('and', all),
  related(' && ', all),
  related('OR', any),
  related('||', any),
  related('$1', { condition: 1 }),
  related('(($1))', { condition: 1 }),
  related('$SEARCHED', { condition: 1 }),
  related('$0 and $searched and $2', all),
  related('$0&&($1&&$2)', all),
  related('$0 or $1 and $2', { op: 'or', operands: [{ condition: 0 }, { op: 'and', operands: [{ condition: 1 }, { condition: 2 }] }] }),
  related('$0 and $1 or $2', { op: 'or', operands: [{ op: 'and', operands: [{ condition: 0 }, { condition: 1 }] }, { condition: 2 }] }),
  related('\t( $0 Or $1 )\n&& $2', { op: 'and', operands: [{ op: 'or', operands: [{ condition: 0 }, { condition: 1 }] }, { condition: 2 }] }),
  related('$0 or $0', { op: 'or', operands: [{ condition: 0 }, { condition: 0 }] }),

  oneCondition(
    'a sequence condition',
    { name: 'path', sequence: [{ filter: homeInput }, { filters: [{ column: 'event', op: '==', value: 'search' }] }], maxDuration: 60_000 },
    { kind: 'sequence', sequence: sequence([step(home), step(search)], { maxDuration: 60_000 }) },
  ),
  funnel('a funnel of one step', { sequence: [{ filter: homeInput, rowFound: true }] }, sequence([step(home)])),
  funnel(
    'durations between steps, even such that nothing can match',
    { sequence: [{ filter: homeInput }, { filter: searchInput, minDuration: 10, maxDuration: 5, rowFound: true }], maxDuration: 0 },
    sequence([step(home), step(search, { minDuration: 10, maxDuration: 5 })], { maxDuration: 0 }),
  ),
  funnel(
    'exclusions stand before the next found step, or after the last',
    {
      sequence: [
        { filter: homeInput },
        { filter: searchInput, rowFound: false },
        { filter: { column: 'price', op: '>', value: 1 }, rowFound: false },
        { filter: purchaseInput },
        { filters: [{ column: 'event', op: '==', value: 'home' }], rowFound: false },
      ],
    },
    sequence([step(home), step(purchase, { exclusionsBefore: [[search], [{ column: 'price', op: '>', value: 1 }]] })], { trailingExclusions: [[home]] }),
  ),
  [
    "a funnel's aggregations",
    { funnel: { sequence: [{ filter: homeInput }], stepAggregations: [{ column: 'event', type: 'count' }], endAggregations: [] } },
    { funnel: { sequence: sequence([step(home)]), stepAggregations: [{ type: 'count', column: 'event', name: null }], endAggregations: [] } },
  ],

  aggregated('an aggregation without type is three', [{ column: 'event', name: 'e' }], [
    { type: 'count', column: 'event', name: 'e' },
    { type: 'countPerValue', column: 'event', name: 'e', top: 10 },
    { type: 'groupsPerValue', column: 'event', name: 'e', top: 10 },
  ]),
  aggregated('top of a count says nothing, for a count is one number', [{ column: 'event', type: 'count', top: 5 }], [
    { type: 'count', column: 'event', name: null },
  ]),
  aggregated('top without type is that of the two per value', [{ column: 'logged_in', top: 3 }], [
    { type: 'count', column: 'logged_in', name: null },
    { type: 'countPerValue', column: 'logged_in', name: null, top: 3 },
    { type: 'groupsPerValue', column: 'logged_in', name: null, top: 3 },
  ]),
  aggregated(
    'every type',
    [
      { column: 'price', type: 'count' },
      { column: 'price', type: 'countPerValue', top: 1 },
      { column: 'quantity', type: 'groupsPerValue', top: 10_000 },
      { column: 'event', type: 'sumPerValue', otherColumn: 'price', name: 'revenue' },
      { column: 'event', type: 'meanPerValue', otherColumn: 'quantity', top: 5 },
    ],
    [
      { type: 'count', column: 'price', name: null },
      { type: 'countPerValue', column: 'price', name: null, top: 1 },
      { type: 'groupsPerValue', column: 'quantity', name: null, top: 10_000 },
      { type: 'sumPerValue', column: 'event', otherColumn: 'price', name: 'revenue', top: 10 },
      { type: 'meanPerValue', column: 'event', otherColumn: 'quantity', name: null, top: 5 },
    ],
  ),
];
