import * as z from 'zod';
import type { Numeric, NumericOperator } from './expanded';
import { eitherNotation } from './filter-schema';
import { numericOperators } from './operators';
import { closedObject, isNumeric, isWhole, must, NoChoice, numberWhere, oneOfWords, valueAt } from './schema-parts';
import type { Choose, Pick } from './schema-parts';

const wholeCount = numberWhere((value) => isWhole(value) && value >= 0, 'a whole number, 0 or more', { type: 'integer', minimum: 0 });
const anySum = numberWhere(isNumeric, 'a number', { type: 'number' });

/** Both notations of a count target with these operators and numbers. */
export function countNotations<O extends NumericOperator>(op: z.ZodType<O>, value: z.ZodType<Numeric>) {
  const type = z.literal('count');
  return {
    shorthand: z.tuple([type, op, value], { error: must('["count", operator, number]') }).readonly(),
    verbose: closedObject({ type, op, value }),
  };
}

/** What decides, of the matching rows of a group, whether it matches. */
export function targetSchema(choose: Choose, numericColumn: z.ZodType<string>) {
  const type = z.literal('sum');
  const op = oneOfWords(numericOperators);
  const count = countNotations(op, wholeCount);
  const shorthand = choose(
    { count: count.shorthand, sum: z.tuple([type, numericColumn, op, anySum], { error: must('["sum", column, operator, number]') }).readonly() },
    typeAt(0),
  );
  const verbose = choose({ count: count.verbose, sum: closedObject({ type, column: numericColumn, op, value: anySum }) }, typeAt('type'));
  return eitherNotation(choose, shorthand, verbose, '["count", operator, number], ["sum", column, operator, number], or an object with "type"');
}

function typeAt(key: 0 | 'type'): Pick<'count' | 'sum'> {
  return (input) => {
    const type = valueAt(input, key);
    return type === 'count' || type === 'sum' ? type : new NoChoice(must('"count" or "sum"')({ input: type }), key);
  };
}
