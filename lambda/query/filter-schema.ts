import * as z from 'zod';
import type { Operator, Scalar } from './expanded';
import { maxListValues } from './limits';
import { allOperators, isSetOperator, setOperators, singleValueOperators } from './operators';
import { closedObject, isObject, isScalar, limited, must, NoChoice, oneOfWords, valueAt } from './schema-parts';
import type { Choose, Pick } from './schema-parts';
import { oneOf, show } from './wording';

export type FilterValue = Scalar | readonly Scalar[];
export type ShorthandFilter = readonly [column: string, op: Operator, value: FilterValue];
export interface VerboseFilter {
  readonly column: string;
  readonly op: Operator;
  readonly value: FilterValue;
}

/** The two notations of a filter. */
export interface FilterNotations {
  readonly shorthand: z.ZodType<ShorthandFilter>;
  readonly verbose: z.ZodType<VerboseFilter>;
}

/** Both notations of filters with these columns, operators and values. */
export function filterNotations(column: z.ZodType<string>, op: z.ZodType<Operator>, value: z.ZodType<FilterValue>): FilterNotations {
  return {
    shorthand: z.tuple([column, op, value], { error: must('a list of a column, an operator and a value') }).readonly(),
    verbose: closedObject({ column, op, value }),
  };
}

/** A non-empty list of values for `in` and `not in`. */
export function valueList(item: z.ZodType<Scalar>): z.ZodType<readonly Scalar[]> {
  const list = z.array(item, { error: ({ input }) => `must be a list, as "in" and "not in" take one, not ${show(input)}` });
  return limited(list.min(1, { error: 'must not be an empty list' }), maxListValues);
}

/** Filters over any column: what can be said without knowing the dataset. */
export function anyFilter(choose: Choose): FilterNotations {
  const column = z.string({ error: must("a column's name") });
  const value = z
    .custom<Scalar>(isScalar, {
      error: ({ input }) =>
        Array.isArray(input) ? 'must be one value: only "in" and "not in" take a list' : must('a string, a number, true or false')({ input }),
    })
    .meta({ type: ['string', 'number', 'boolean'] });
  const operators = (words: readonly Operator[]) => z.enum(words, { error: must(`one of ${oneOf(allOperators.map(show))}`) });
  const single = filterNotations(column, operators(singleValueOperators), value);
  const list = filterNotations(column, oneOfWords(setOperators), valueList(value));
  return {
    shorthand: choose({ single: single.shorthand, list: list.shorthand }, operatorAt(1)),
    verbose: choose({ single: single.verbose, list: list.verbose }, operatorAt('op')),
  };
}

/** A filter in either notation. */
export function eitherNotation<S, V>(choose: Choose, shorthand: z.ZodType<S>, verbose: z.ZodType<V>, be: string): z.ZodType<S | V> {
  return choose({ shorthand, verbose }, (input) => {
    if (Array.isArray(input)) return 'shorthand';
    return isObject(input) ? 'verbose' : new NoChoice(must(be)({ input }));
  });
}

function operatorAt(key: 1 | 'op'): Pick<'single' | 'list'> {
  return (input) => (isSetOperator(valueAt(input, key)) ? 'list' : 'single');
}
