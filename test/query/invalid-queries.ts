import type { ErrorKind } from '../../lambda/query/errors';

export interface InvalidCase {
  readonly says: string;
  readonly query: unknown;
  readonly kind: ErrorKind;
  readonly path: string;
  /** A part of the message that helps. */
  readonly hint?: RegExp;
  /** JSON Schema has no words for it. */
  readonly beyondJsonSchema?: true;
}

type Expected = readonly [kind: ErrorKind, path: string, hint?: RegExp, beyondJsonSchema?: 'beyond JSON Schema'];

function invalid(says: string, query: unknown, [kind, path, hint, beyond]: Expected): InvalidCase {
  return { says, query, kind, path, ...(hint === undefined ? {} : { hint }), ...(beyond === undefined ? {} : { beyondJsonSchema: true }) };
}

const home = ['event', '==', 'home'];
const verboseHome = { column: 'event', op: '==', value: 'home' };
const here = '/query/conditions/0';

const condition = (says: string, input: unknown, expected: Expected) => invalid(says, { query: { conditions: [input] } }, expected);
const filter = (says: string, input: unknown, expected: Expected) => condition(says, { filter: input }, expected);
const target = (says: string, input: unknown, expected: Expected) => condition(says, { filter: home, target: input }, expected);
const includeZero = (says: string, input: unknown, value: boolean, hint: RegExp) =>
  condition(says, { filter: home, target: input, includeZero: value }, ['SCHEMA', `${here}/includeZero`, hint]);
const relation = (says: string, text: string, hint: RegExp) =>
  invalid(says, { query: { conditions: [{ filter: home, name: 'first' }, { filter: home }], relation: text } }, [
    'RELATION',
    '/query/relation',
    hint,
    'beyond JSON Schema',
  ]);
const steps = (says: string, input: unknown, expected: Expected) => invalid(says, { funnel: { sequence: input } }, expected);
const second = (says: string, input: object, expected: Expected) => steps(says, [{ filter: home }, input], expected);
const aggregation = (says: string, input: unknown, expected: Expected) => invalid(says, { query: { aggregations: [input] } }, expected);
const timeframe = (says: string, input: unknown, expected: Expected) => invalid(says, { timeframe: input }, expected);
const there = '/query/aggregations/0';

const ofTheWhole: readonly InvalidCase[] = [
  ...[null, [], 'x', 5, true].map((body) => invalid(`a body that is ${JSON.stringify(body)}`, body, ['SCHEMA', '', /the query must be an object/])),
  invalid('an unknown property', { qery: {} }, ['SCHEMA', '/qery', /did you mean "query"/]),
  invalid('an unknown property of the query', { query: { condition: [] } }, ['SCHEMA', '/query/condition', /did you mean "conditions"/]),
  invalid('an unknown property that must be escaped', { 'a/b~c': 1 }, ['SCHEMA', '/a~1b~0c']),
  invalid('a property named like one of all objects', { toString: 1 }, ['SCHEMA', '/toString']),
  invalid('null for a part', { query: null }, ['SCHEMA', '/query', /must be an object, not null/]),
  invalid('a list for a part', { funnel: [] }, ['SCHEMA', '/funnel']),
  invalid('conditions that are no list', { query: { conditions: {} } }, ['SCHEMA', '/query/conditions', /must be a list/]),
  invalid('a relation that is no text', { query: { relation: 5 } }, ['SCHEMA', '/query/relation']),
  invalid('too many conditions', { query: { conditions: Array(101).fill({ filter: home }) } }, ['LIMIT', '/query/conditions', /at most 100 items, not 101/]),
  invalid('too many aggregations', { query: { aggregations: Array(101).fill({ column: 'event' }) } }, ['LIMIT', '/query/aggregations']),
  invalid('too many end aggregations', { funnel: { sequence: [{ filter: home }], endAggregations: Array(101).fill({ column: 'event' }) } }, [
    'LIMIT',
    '/funnel/endAggregations',
  ]),
  invalid('an unknown property of the funnel', { funnel: { sequence: [{ filter: home }], aggregations: [] } }, ['SCHEMA', '/funnel/aggregations']),
  invalid('a funnel without sequence', { funnel: {} }, ['SCHEMA', '/funnel', /lacks "sequence"/]),
];

const ofTimeframes: readonly InvalidCase[] = [
  timeframe('a list for a timeframe', [1, 2], ['SCHEMA', '/timeframe']),
  timeframe('an unknown property of the timeframe', { since: 1 }, ['SCHEMA', '/timeframe/since']),
  timeframe('a text for a time', { from: '2024-03-01' }, ['SCHEMA', '/timeframe/from', /must be a number/]),
  timeframe('null for a time', { to: null }, ['SCHEMA', '/timeframe/to']),
  timeframe('an end before the begin', { from: 1_709_251_200_001, to: 1_709_251_200_000 }, ['SCHEMA', '/timeframe', /begin before/, 'beyond JSON Schema']),
  timeframe('an end at the begin', { from: 1_709_251_200_000, to: 1_709_251_200_000 }, ['SCHEMA', '/timeframe', /begin before/, 'beyond JSON Schema']),
  timeframe('a fraction over integer times', { from: 1_709_251_200_000.5 }, ['TYPE_MISMATCH', '/timeframe/from', /whole number/]),
  timeframe('seconds over milliseconds', { from: 1_709_251_200 }, ['TYPE_MISMATCH', '/timeframe/from', /multiply it by 1000/]),
  timeframe('microseconds over milliseconds', { from: 0, to: 1_709_251_200_000_000 }, ['TYPE_MISMATCH', '/timeframe/to', /divide it by 1000/]),
];

const ofFilters: readonly InvalidCase[] = [
  condition('a condition that is no object', home, ['SCHEMA', here]),
  condition('a condition of nothing', {}, ['SCHEMA', here, /must have one of filter, filters, sequence/]),
  condition('a condition of a name only', { name: 'x' }, ['SCHEMA', here, /must have one of filter, filters, sequence/]),
  condition('a misspelt kind of condition', { filer: home }, ['SCHEMA', `${here}/filer`, /did you mean "filter"/]),
  condition('another misspelt kind of condition', { sequnce: [], name: 'x' }, ['SCHEMA', `${here}/sequnce`, /did you mean "sequence"/]),
  condition('two kinds of condition', { filter: home, sequence: [{ filter: home }] }, ['SCHEMA', here, /has filter and sequence/]),
  condition('a filter and filters', { filter: home, filters: [verboseHome] }, ['SCHEMA', here, /has filter and filters/]),
  condition('an unknown property of a condition', { filter: home, negate: true }, ['SCHEMA', `${here}/negate`]),
  condition('no filters', { filters: [] }, ['SCHEMA', `${here}/filters`, /empty/]),
  condition('filters that are no list', { filters: verboseHome }, ['SCHEMA', `${here}/filters`]),
  condition('shorthand within filters', { filters: [home] }, ['SCHEMA', `${here}/filters/0`, /must be an object/]),
  condition('an unknown operator within filters', { filters: [verboseHome, { ...verboseHome, op: '=' }] }, ['SCHEMA', `${here}/filters/1/op`]),
  ...[5, 'event == home', null].map((input) => filter(`a filter that is ${JSON.stringify(input)}`, input, ['SCHEMA', `${here}/filter`])),
  filter('a filter of two items', ['event', '=='], ['SCHEMA', `${here}/filter`]),
  filter('a filter of four items', [...home, 1], ['SCHEMA', `${here}/filter`]),
  filter('an empty filter', [], ['SCHEMA', `${here}/filter`]),
  filter('a verbose filter without value', { column: 'event', op: '==' }, ['SCHEMA', `${here}/filter`, /lacks "value"/]),
  filter('a verbose filter without column', { op: '==', value: 1 }, ['SCHEMA', `${here}/filter`, /lacks "column"/]),
  filter('an unknown property of a filter', { ...verboseHome, not: true }, ['SCHEMA', `${here}/filter/not`]),
  filter('a misspelt property of a filter', { colum: 'event', op: '==', value: 1 }, ['SCHEMA', `${here}/filter/colum`, /did you mean "column"/]),
  filter('a column that is no name', [5, '==', 'home'], ['SCHEMA', `${here}/filter/0`]),
  filter('an unknown operator', ['event', '=', 'home'], ['SCHEMA', `${here}/filter/1`, /"=="/]),
  filter('an unknown verbose operator', { ...verboseHome, op: 'like' }, ['SCHEMA', `${here}/filter/op`, /"contains"/]),
  filter('an operator in capitals', ['event', 'IN', ['home']], ['SCHEMA', `${here}/filter/1`]),
  filter('an operator named like a property of all objects', ['event', 'constructor', 'home'], ['SCHEMA', `${here}/filter/1`]),
  filter('null for a value', ['event', '==', null], ['SCHEMA', `${here}/filter/2`, /not null/]),
  filter('an object for a value', { ...verboseHome, value: {} }, ['SCHEMA', `${here}/filter/value`]),
  filter('a list for a single value', ['event', '==', ['home']], ['SCHEMA', `${here}/filter/2`, /only "in"/]),
  filter('in without a list', ['event', 'in', 'home'], ['SCHEMA', `${here}/filter/2`, /must be a list/]),
  filter('not in with an empty list', { column: 'event', op: 'not in', value: [] }, ['SCHEMA', `${here}/filter/value`, /empty/]),
  filter('null in a list', ['event', 'in', ['home', null]], ['SCHEMA', `${here}/filter/2/1`]),
  filter('too many values', ['quantity', 'in', Array(10_001).fill(1)], ['LIMIT', `${here}/filter/2`, /at most 10000/]),
  filter('an unknown column', ['evnt', '==', 'home'], ['DATASET_MISMATCH', `${here}/filter/0`, /did you mean "event"/]),
  filter('an unknown verbose column', { ...verboseHome, column: 'toString' }, ['DATASET_MISMATCH', `${here}/filter/column`]),
  filter('a column in other case', ['Event', '==', 'home'], ['DATASET_MISMATCH', `${here}/filter/0`, /did you mean "event"/]),
  filter('an order of strings', ['event', '>', 'home'], ['TYPE_MISMATCH', `${here}/filter/1`, /contains/]),
  filter('a verbose order of booleans', { column: 'logged_in', op: '<', value: true }, ['TYPE_MISMATCH', `${here}/filter/op`]),
  filter('a list of booleans', ['logged_in', 'in', [true]], ['TYPE_MISMATCH', `${here}/filter/1`]),
  filter('contains on integers', ['quantity', 'contains', '1'], ['TYPE_MISMATCH', `${here}/filter/1`]),
  filter('a regular expression on floats', ['price', 'regex', '('], ['TYPE_MISMATCH', `${here}/filter/1`]),
  filter('a number for a string', ['event', '==', 5], ['TYPE_MISMATCH', `${here}/filter/2`, /must be a text/]),
  filter('a text for a number', ['price', '==', '5'], ['TYPE_MISMATCH', `${here}/filter/2`, /must be a number/]),
  filter('a fraction for an integer', { column: 'quantity', op: '==', value: 5.5 }, ['TYPE_MISMATCH', `${here}/filter/value`, /whole number/]),
  filter('a boolean for an integer', ['quantity', '==', true], ['TYPE_MISMATCH', `${here}/filter/2`]),
  filter('a boolean for a float', ['price', '==', false], ['TYPE_MISMATCH', `${here}/filter/2`]),
  filter('a number for a boolean', ['logged_in', '==', 1], ['TYPE_MISMATCH', `${here}/filter/2`]),
  filter('a wrong item of a list', ['event', 'in', ['home', 5]], ['TYPE_MISMATCH', `${here}/filter/2/1`]),
  filter('a wrong item of a verbose list', { column: 'quantity', op: 'in', value: [1.5] }, ['TYPE_MISMATCH', `${here}/filter/value/0`]),
  filter('a date on a plain integer column', ['timestamp', '>', '2024-03-01'], ['TYPE_MISMATCH', `${here}/filter/2`]),
  ...['2024-13-01', '2024-3-1', '20240301', 'yesterday', '2024-03-01T24:00', '2024-03-01 10:00', '2024-03-01T10', '2024-03-01T10:00:60Z', ''].map((text) =>
    filter(`the time ${text}`, ['paid_at', '>', text], ['TYPE_MISMATCH', `${here}/filter/2`, /ISO-8601/]),
  ),
  filter('a day that does not exist', ['born', '>', '2024-02-30'], ['TYPE_MISMATCH', `${here}/filter/2`, /ISO-8601/, 'beyond JSON Schema']),
  filter('a leap day in a year without', ['born', 'in', ['2023-02-29']], ['TYPE_MISMATCH', `${here}/filter/2/0`, /ISO-8601/, 'beyond JSON Schema']),
  filter('a bad regular expression', ['event', 'regex', '('], ['SCHEMA', `${here}/filter/2`, /RE2/, 'beyond JSON Schema']),
  filter('a regular expression as long as a book', ['event', 'regex', 'a'.repeat(1001)], ['LIMIT', `${here}/filter/2`, /at most 1000 characters, not 1001/, 'beyond JSON Schema']),
  filter('a short regular expression that repeats too much', { column: 'event', op: 'regex', value: '(.*){999}(.*){999}' }, [
    'LIMIT',
    `${here}/filter/value`,
    /at most 5000 steps, not 7\d\d\d/,
    'beyond JSON Schema',
  ]),
  filter('a lookahead, which RE2 has not', { column: 'event', op: 'regex', value: 'a(?=b)' }, [
    'SCHEMA',
    `${here}/filter/value`,
    /RE2/,
    'beyond JSON Schema',
  ]),
];

const ofTargets: readonly InvalidCase[] = [
  target('a target that is a number', 5, ['SCHEMA', `${here}/target`]),
  target('an empty target', [], ['SCHEMA', `${here}/target`]),
  target('an unknown target', ['avg', 'price', '>', 5], ['SCHEMA', `${here}/target/0`, /"count" or "sum"/]),
  target('a verbose target of an unknown type', { type: 'max', op: '>', value: 5 }, ['SCHEMA', `${here}/target/type`]),
  target('a target without type', { op: '>', value: 5 }, ['SCHEMA', `${here}/target`, /lacks "type"/]),
  target('an unknown operator of a target', ['count', 'in', 5], ['SCHEMA', `${here}/target/1`, /">="/]),
  target('a verbose target without value', { type: 'count', op: '>' }, ['SCHEMA', `${here}/target`, /lacks "value"/]),
  target('a negative count', ['count', '>', -1], ['SCHEMA', `${here}/target/2`, /whole number/]),
  target('a fraction of a count', { type: 'count', op: '>', value: 1.5 }, ['SCHEMA', `${here}/target/value`]),
  target('a column of a count target', ['count', 'price', '>', 5], ['SCHEMA', `${here}/target`, /\["count", operator, number\]/]),
  target('a column of a verbose count target', { type: 'count', column: 'price', op: '>', value: 5 }, ['SCHEMA', `${here}/target/column`]),
  target('a sum without column', ['sum', '>', 5], ['SCHEMA', `${here}/target`]),
  target('a verbose sum without column', { type: 'sum', op: '>', value: 5 }, ['SCHEMA', `${here}/target`, /lacks "column"/]),
  target('a sum compared with text', ['sum', 'price', '>', '5'], ['SCHEMA', `${here}/target/3`]),
  target('a sum of an unknown column', ['sum', 'prize', '>', 5], ['DATASET_MISMATCH', `${here}/target/1`, /did you mean "price"/]),
  target('a sum of strings', ['sum', 'event', '>', 5], ['TYPE_MISMATCH', `${here}/target/1`, /numeric/]),
  target('a verbose sum of booleans', { type: 'sum', column: 'logged_in', op: '>', value: 5 }, ['TYPE_MISMATCH', `${here}/target/column`]),
  condition('includeZero that is no boolean', { filter: home, includeZero: 1 }, ['SCHEMA', `${here}/includeZero`]),
  condition('includeZero with the default target', { filter: home, includeZero: true }, ['SCHEMA', `${here}/includeZero`, /count >= 1/]),
  condition('includeZero with filters', { filters: [verboseHome], includeZero: true }, ['SCHEMA', `${here}/includeZero`, /count >= 1/]),
  includeZero('includeZero with == 2', ['count', '==', 2], true, /does not satisfy the target count == 2/),
  includeZero('includeZero with != 0', ['count', '!=', 0], true, /does not satisfy/),
  includeZero('includeZero with > 0', ['count', '>', 0], true, /does not satisfy/),
  includeZero('includeZero with >= 1', { type: 'count', op: '>=', value: 1 }, true, /does not satisfy/),
  includeZero('includeZero with < 0', ['count', '<', 0], true, /does not satisfy/),
  includeZero('includeZero with a sum', ['sum', 'price', '<', 5], true, /sum/),
  includeZero('includeZero false with a count of none', ['count', '==', 0], false, /cannot be false/),
  includeZero('includeZero false with a verbose count of none', { type: 'count', op: '==', value: 0 }, false, /cannot be false/),
];

const ofNames: readonly InvalidCase[] = [
  ...['', '1st', 'a-b', '_a', 'and', 'OR', 'naïve', 'a b', 5, null].map((name) =>
    condition(`the name ${JSON.stringify(name)}`, { filter: home, name }, ['SCHEMA', `${here}/name`]),
  ),
  invalid(
    'a name given twice in different case',
    { query: { conditions: [{ filter: home, name: 'big' }, { filter: home }, { sequence: [{ filter: home }], name: 'BIG' }] } },
    ['SCHEMA', '/query/conditions/2/name', /condition 0/, 'beyond JSON Schema'],
  ),
];

const ofRelations: readonly InvalidCase[] = [
  invalid('an empty relation', { query: { relation: '' } }, ['RELATION', '/query/relation', /empty/]),
  invalid('a blank relation', { query: { relation: ' \n ' } }, ['RELATION', '/query/relation', /empty/]),
  relation('an unknown name', '$0 and $frist', /\$frist at character 8.*did you mean "\$first"/),
  relation('a name like a property of all objects', '$constructor', /no condition has this name/),
  relation('an index out of range', '$0 or $2', /at character 7, but there are only \$0 to \$1/),
  relation('a huge index', '$99999999999999999999', /only \$0 to \$1/),
  relation('a missing operator', '$0 $1', /character 4/),
  relation('a missing operator before a parenthesis', '$0 ($1)', /character 4/),
  relation('a missing operator within parentheses', '($0 $1)', /character 5/),
  relation('a missing operand', '$0 and', /its end.*character 7/),
  relation('an operator first', 'and $0', /"and".*character 1/),
  relation('two operators', '$0 and or $1', /"or".*character 8/),
  relation('an unclosed parenthesis', '($0 and $1', /its end at character 11, but no "\)" to the "\(" at character 1/),
  relation('an unmatched parenthesis', '$0 and $1)', /unmatched.*character 10/),
  relation('empty parentheses', '()', /character 2/),
  relation('a bare name', '$0 and first', /like \$first/),
  relation('a bare dollar sign', '$ and $0', /unexpected "\$"/),
  relation('a single ampersand', '$0 & $1', /unexpected "&" at character 4/),
  relation('not', 'not $0', /unexpected "not"/),
  relation('a name that runs on', '$0and$1', /\$0and/),
  relation('very deep parentheses', '('.repeat(100_000) + '$0' + ')'.repeat(100_000), /more than 100 parentheses/),
  invalid('a relation without conditions', { query: { relation: '$0' } }, ['RELATION', '/query/relation', /no conditions/, 'beyond JSON Schema']),
  invalid('a relation over an empty list', { query: { conditions: [], relation: '$a or $b' } }, [
    'RELATION',
    '/query/relation',
    /no conditions/,
    'beyond JSON Schema',
  ]),
];

const ofSequences: readonly InvalidCase[] = [
  steps('no steps', [], ['SCHEMA', '/funnel/sequence', /must not be empty/]),
  steps('steps that are no list', {}, ['SCHEMA', '/funnel/sequence', /list/]),
  steps('a step that is a filter', [home], ['SCHEMA', '/funnel/sequence/0']),
  steps('a step of nothing', [{}], ['SCHEMA', '/funnel/sequence/0', /filter, filters/]),
  steps('too many steps', Array(101).fill({ filter: home }), ['LIMIT', '/funnel/sequence', /at most 100/]),
  steps('an exclusion first', [{ filter: home, rowFound: false }], ['SCHEMA', '/funnel/sequence/0/rowFound', /first step/]),
  steps('a duration of the first step', [{ filter: home, maxDuration: 5 }], ['SCHEMA', '/funnel/sequence/0/maxDuration', /first step/]),
  steps('a least duration of the first step', [{ filter: home, minDuration: 5 }], ['SCHEMA', '/funnel/sequence/0/minDuration', /first step/]),
  steps('a target of a step', [{ filter: home, target: ['count', '>', 1] }], ['SCHEMA', '/funnel/sequence/0/target']),
  second('a duration of an exclusion', { filter: home, rowFound: false, maxDuration: 5 }, ['SCHEMA', '/funnel/sequence/1/maxDuration', /exclusion/]),
  second('a least duration of an exclusion', { filter: home, rowFound: false, minDuration: 5 }, ['SCHEMA', '/funnel/sequence/1/minDuration', /exclusion/]),
  second('a negative duration', { filter: home, minDuration: -1 }, ['SCHEMA', '/funnel/sequence/1/minDuration', /0 or more/]),
  second('a duration in words', { filter: home, maxDuration: '1h' }, ['SCHEMA', '/funnel/sequence/1/maxDuration']),
  second('a fraction of an integer time', { filter: home, maxDuration: 0.5 }, ['TYPE_MISMATCH', '/funnel/sequence/1/maxDuration']),
  second('rowFound that is no boolean', { filter: home, rowFound: 'no' }, ['SCHEMA', '/funnel/sequence/1/rowFound', /true or false/]),
  second('a step with filter and filters', { filter: home, filters: [verboseHome] }, ['SCHEMA', '/funnel/sequence/1', /filter and filters/]),
  second('an unknown column of an exclusion', { filter: ['x', '==', 1], rowFound: false }, ['DATASET_MISMATCH', '/funnel/sequence/1/filter/0']),
  second('a wrong value in filters', { filters: [verboseHome, { ...verboseHome, value: 1 }] }, ['TYPE_MISMATCH', '/funnel/sequence/1/filters/1/value']),
  invalid('a negative duration of the funnel', { funnel: { sequence: [{ filter: home }], maxDuration: -1 } }, ['SCHEMA', '/funnel/maxDuration']),
  invalid('a fractional duration of the funnel', { funnel: { sequence: [{ filter: home }], maxDuration: 1.5 } }, ['TYPE_MISMATCH', '/funnel/maxDuration']),
  condition('no steps of a condition', { sequence: [] }, ['SCHEMA', `${here}/sequence`]),
  condition('a target of a sequence', { sequence: [{ filter: home }], target: ['count', '>', 1] }, ['SCHEMA', `${here}/target`, /filter conditions/]),
  condition('includeZero of a sequence', { sequence: [{ filter: home }], includeZero: false }, ['SCHEMA', `${here}/includeZero`]),
  condition('maxDuration of a filter', { filter: home, maxDuration: 5 }, ['SCHEMA', `${here}/maxDuration`, /sequence/]),
  condition('a wrong operator within a sequence', { sequence: [{ filter: ['event', '<', 'a'] }] }, ['TYPE_MISMATCH', `${here}/sequence/0/filter/1`]),
];

const ofAggregations: readonly InvalidCase[] = [
  aggregation('an aggregation that is a name', 'event', ['SCHEMA', there]),
  aggregation('an aggregation without column', {}, ['SCHEMA', there, /lacks "column"/]),
  aggregation('an unknown property of an aggregation', { column: 'event', limit: 5 }, ['SCHEMA', `${there}/limit`]),
  aggregation('a misspelt type', { column: 'event', tipe: 'count' }, ['SCHEMA', `${there}/tipe`, /did you mean "type"/]),
  aggregation('an unknown type', { column: 'event', type: 'sum' }, ['SCHEMA', `${there}/type`, /"sumPerValue"/]),
  aggregation('null for a type', { column: 'event', type: null }, ['SCHEMA', `${there}/type`]),
  aggregation('a type like a property of all objects', { column: 'event', type: 'toString' }, ['SCHEMA', `${there}/type`]),
  aggregation('an empty name', { column: 'event', name: '' }, ['SCHEMA', `${there}/name`]),
  aggregation('a sum without other column', { column: 'event', type: 'sumPerValue' }, ['SCHEMA', there, /lacks "otherColumn"/]),
  aggregation('a mean without other column', { column: 'event', type: 'meanPerValue', top: 5 }, ['SCHEMA', there, /lacks "otherColumn"/]),
  ...['count', 'countPerValue', 'groupsPerValue'].map((type) =>
    aggregation(`another column of ${type}`, { column: 'event', type, otherColumn: 'price' }, ['SCHEMA', `${there}/otherColumn`, /sumPerValue/]),
  ),
  aggregation('another column without type', { column: 'event', otherColumn: 'price' }, ['SCHEMA', `${there}/otherColumn`, /sumPerValue/]),
  ...[0, -1, 1.5, 10_001, '5', null].map((top) =>
    aggregation(`top ${JSON.stringify(top)}`, { column: 'event', type: 'countPerValue', top }, ['SCHEMA', `${there}/top`, /from 1 to 10000/]),
  ),
  aggregation('top 0 without type', { column: 'event', top: 0 }, ['SCHEMA', `${there}/top`]),
  aggregation('top 0 of a count', { column: 'event', type: 'count', top: 0 }, ['SCHEMA', `${there}/top`, /from 1 to 10000/]),
  aggregation('an unknown column of an aggregation', { column: 'events' }, ['DATASET_MISMATCH', `${there}/column`, /did you mean "event"/]),
  aggregation('an unknown other column', { column: 'event', type: 'sumPerValue', otherColumn: 'x' }, ['DATASET_MISMATCH', `${there}/otherColumn`]),
  aggregation('another column of strings', { column: 'event', type: 'meanPerValue', otherColumn: 'cohort' }, ['TYPE_MISMATCH', `${there}/otherColumn`]),
  invalid(
    'an unknown column of a step aggregation',
    { funnel: { sequence: [{ filter: home }], stepAggregations: [{ column: 'event' }, { column: 'nope' }] } },
    ['DATASET_MISMATCH', '/funnel/stepAggregations/1/column'],
  ),
];

/** Wrong in two ways: which is told first. */
export const twiceInvalidQueries: readonly InvalidCase[] = [
  invalid('shape before relation', { query: { conditions: [], relation: '$5' }, funnel: {} }, ['SCHEMA', '/funnel']),
  invalid('relation before columns', { timeframe: { from: 1 }, query: { conditions: [{ filter: ['x', '==', 1] }], relation: '$5' } }, [
    'RELATION',
    '/query/relation',
  ]),
  invalid('timeframe before columns', { timeframe: { from: 1 }, query: { conditions: [{ filter: ['x', '==', 1] }] } }, ['TYPE_MISMATCH', '/timeframe/from']),
  invalid(
    'conditions in order, whatever the kind of error',
    { query: { conditions: [{ filter: ['event', '<', 'a'] }, { filter: ['x', '==', 1] }], aggregations: [{ column: 'y' }] } },
    ['TYPE_MISMATCH', `${here}/filter/1`],
  ),
  invalid('query before funnel', { funnel: { sequence: [{ filter: ['x', '==', 1] }] }, query: { aggregations: [{ column: 'y' }] } }, [
    'DATASET_MISMATCH',
    `${there}/column`,
  ]),
  invalid('also where the relation leaves the condition out', { query: { conditions: [{ filter: home }, { filter: ['x', '==', 1] }], relation: '$0' } }, [
    'DATASET_MISMATCH',
    '/query/conditions/1/filter/0',
  ]),
];

export const invalidQueries: readonly InvalidCase[] = [
  ...ofTheWhole,
  ...ofTimeframes,
  ...ofFilters,
  ...ofTargets,
  ...ofNames,
  ...ofRelations,
  ...ofSequences,
  ...ofAggregations,
];
