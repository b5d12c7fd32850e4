import fc from 'fast-check';

/** Random queries over the e-commerce events, as a client writes them: both notations, every operator and feature. */
const HOUR = 3_600_000;
const events = ['home', 'promo_page', 'product_view', 'add_to_cart', 'search', 'cart', 'purchase', 'payment_details', 'catalog', 'nothing of the kind'];
const texts: Readonly<Record<string, readonly string[]>> = {
  event: events,
  platform: ['desktop', 'mobile', 'tablet', 'television'],
  channel: ['email', 'organic', 'paid_search', 'direct', 'social'],
  cohort: ['2024-01', '2024-02', '2024-03'],
  user_id: ['user_0000', 'user_0017', 'user_0599'],
};

const textColumn = fc.constantFrom(...Object.keys(texts));
const numericOperator = fc.constantFrom('==', '!=', '>', '>=', '<', '<=');
const price = fc.integer({ min: 0, max: 30_000 }).map((cents) => cents / 100);
const quantity = fc.integer({ min: 0, max: 6 });

const textFilter = textColumn.chain((column) => {
  const value = fc.constantFrom(...texts[column]);
  const fragment = fc.tuple(value, fc.nat(4), fc.integer({ min: 1, max: 4 })).map(([text, start, length]) => text.slice(start, start + length));
  return fc.oneof(
    fc.tuple(fc.constant(column), fc.constantFrom('==', '!='), value),
    fc.tuple(fc.constant(column), fc.constantFrom('contains', 'not contains', 'starts with', 'ends with'), fc.oneof(value, fragment)),
    fc.tuple(fc.constant(column), fc.constantFrom('in', 'not in'), fc.array(value, { minLength: 1, maxLength: 3 })),
    fc.tuple(fc.constant(column), fc.constant('regex'), fc.constantFrom('^p', 'cart|view', '_\\d+[05]$', '(?i)E.*L', '^$', '[a-m]{3}')),
  );
});
const numberFilter = fc.oneof(
  fc.tuple(fc.constant('price'), numericOperator, price),
  fc.tuple(fc.constant('quantity'), numericOperator, quantity),
  fc.tuple(fc.constant('quantity'), fc.constantFrom('in', 'not in'), fc.array(quantity, { minLength: 1, maxLength: 3 })),
);
const flagFilter = fc.tuple(fc.constant('logged_in'), fc.constantFrom('==', '!='), fc.boolean());
const eventFilter = fc.tuple(fc.constant('event'), fc.constant('=='), fc.constantFrom(...events));
const shorthand = fc.oneof({ arbitrary: eventFilter, weight: 3 }, textFilter, numberFilter, flagFilter);
const verbose = shorthand.map(([column, op, value]) => ({ column, op, value }));

const rowsOf = (filter: typeof shorthand) =>
  fc.oneof(
    { arbitrary: filter.map((row) => ({ filter: row })), weight: 4 },
    { arbitrary: filter.map(([column, op, value]) => ({ filter: { column, op, value } })), weight: 1 },
    { arbitrary: fc.array(verbose, { minLength: 1, maxLength: 3 }).map((filters) => ({ filters })), weight: 1 },
  );

const count = fc.nat(5);
const countCondition = fc
  .tuple(rowsOf(shorthand), fc.option(fc.tuple(numericOperator, count), { nil: undefined }), fc.boolean())
  .map(([rows, target, includesZero]) => {
    if (target === undefined) return rows;
    const [op, value] = target;
    const zeroFits = (op === '==' && value === 0) || (op === '!=' && value > 0) || op === '<=' || (op === '<' && value > 0) || (op === '>=' && value === 0);
    return { ...rows, target: ['count', op, value], ...(includesZero && zeroFits && { includeZero: true }) };
  });
const sumCondition = fc
  .tuple(rowsOf(shorthand), fc.constantFrom('price', 'quantity'), numericOperator, fc.oneof(count, price))
  .map(([rows, column, op, value]) => ({ ...rows, target: { type: 'sum', column, op, value } }));

const duration = fc.constantFrom(0, 60_000, HOUR / 2, HOUR, 24 * HOUR, 7 * 24 * HOUR);
const gaps = fc.record({ minDuration: duration, maxDuration: duration }, { requiredKeys: [] });
const steps = fc
  .tuple(
    rowsOf(fc.oneof({ arbitrary: eventFilter, weight: 5 }, shorthand)),
    fc.array(
      fc.oneof(
        { arbitrary: fc.tuple(rowsOf(fc.oneof({ arbitrary: eventFilter, weight: 5 }, shorthand)), fc.option(gaps, { freq: 1, nil: {} })).map(([rows, bounds]) => ({ ...rows, ...bounds })), weight: 3 },
        { arbitrary: rowsOf(shorthand).map((rows) => ({ ...rows, rowFound: false })), weight: 1 },
      ),
      { maxLength: 3 },
    ),
  )
  .map(([first, rest]) => [first, ...rest]);
const sequence = fc.tuple(steps, fc.option(duration, { nil: undefined })).map(([list, maxDuration]) => ({ sequence: list, ...(maxDuration !== undefined && { maxDuration }) }));

const valueColumn = fc.constantFrom(...Object.keys(texts), 'session_id', 'quantity', 'price', 'logged_in', 'timestamp');
const top = fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined });
const aggregation = fc.oneof(
  valueColumn.map((column) => ({ column })),
  fc.tuple(valueColumn, fc.constantFrom('countPerValue', 'groupsPerValue'), top).map(([column, type, limit]) => ({ column, type, name: `${type} of ${column}`, ...(limit !== undefined && { top: limit }) })),
  fc
    .tuple(valueColumn, fc.constantFrom('sumPerValue', 'meanPerValue'), fc.constantFrom('price', 'quantity', 'timestamp'), top)
    .map(([column, type, otherColumn, limit]) => ({ column, type, otherColumn, ...(limit !== undefined && { top: limit }) })),
);
const aggregations = fc.array(aggregation, { maxLength: 3 });

const relationOver = (conditions: number): fc.Arbitrary<string> => {
  const leaf = fc.nat(conditions - 1).map((index) => `$${index}`);
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof({ maxDepth: 3 }, leaf, fc.tuple(tie('expression'), fc.constantFrom('and', 'or', '&&', '||', 'AND'), tie('expression'), fc.boolean()).map(([left, op, right, grouped]) => (grouped ? `(${left} ${op} ${right})` : `${left} ${op} ${right}`))),
  }));
  return fc.oneof(fc.constantFrom('and', 'or', '&&', '||'), expression);
};

const matching = fc.array(fc.oneof(countCondition, sumCondition, sequence), { maxLength: 4 }).chain((conditions) =>
  fc.record(
    { conditions: fc.constant(conditions), aggregations, ...(conditions.length > 0 && { relation: relationOver(conditions.length) }) },
    { requiredKeys: ['conditions'] },
  ),
);
const funnel = fc.tuple(sequence, fc.record({ stepAggregations: aggregations, endAggregations: aggregations }, { requiredKeys: [] })).map(([steps, extras]) => ({ ...steps, ...extras }));

/** Queries over data with these first and last times. */
export function ecomQueries(from: number, to: number): fc.Arbitrary<object> {
  const instant = fc.integer({ min: from, max: to });
  const timeframe = fc.oneof(
    instant.map((time) => ({ from: time })),
    instant.map((time) => ({ to: time })),
    fc.tuple(instant, fc.integer({ min: 1, max: to - from })).map(([time, length]) => ({ from: time, to: time + length })),
  );
  return fc.record({ timeframe, query: matching, funnel }, { requiredKeys: [] });
}
