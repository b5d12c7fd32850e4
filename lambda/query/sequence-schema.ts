import * as z from 'zod';
import type { Numeric } from './expanded';
import { maxSteps } from './limits';
import { closedObject, isObject, limited, misuse, must, NoChoice } from './schema-parts';
import type { Choose, Pick } from './schema-parts';
import { oneOf } from './wording';

/** A filter or a list of filters that must hold in the same row. */
export interface RowFilters<F, V> {
  readonly filter: z.ZodType<F>;
  readonly filters: z.ZodType<readonly V[]>;
}

/** Names the one of these properties that an object of the known properties has. */
export function exactlyOne<K extends string>(keys: readonly K[], known: readonly string[]): Pick<K> {
  return (input) => {
    if (!isObject(input)) return new NoChoice(must(`an object with ${oneOf(keys)}`)({ input }));
    const present = keys.filter((key) => Object.hasOwn(input, key));
    if (present.length === 1) return present[0];
    if (present.length > 1) return new NoChoice(`must have exactly one of ${keys.join(', ')}, but has ${present.join(' and ')}`);
    // A misspelt key says more than a missing one: let the first shape name it.
    return Object.keys(input).every((key) => known.includes(key)) ? new NoChoice(`must have one of ${keys.join(', ')}`) : keys[0];
  };
}

const stepKeys = ['filter', 'filters', 'rowFound', 'minDuration', 'maxDuration'];

/** The steps of a sequence condition or a funnel. */
export function stepsSchema<F, V>(choose: Choose, rowFilters: RowFilters<F, V>, duration: z.ZodType<Numeric>) {
  const first = step(choose, rowFilters, {
    rowFound: z.literal(true, { error: 'of the first step must be true, for an exclusion stands after a found step' }).optional(),
    minDuration: misuse('does not apply to the first step: it has no step before it'),
    maxDuration: misuse('does not apply to the first step: it has no step before it'),
  });
  const found = step(choose, rowFilters, {
    rowFound: z.literal(true, { error: must('true or false') }).optional(),
    minDuration: duration.optional().meta({ description: "Least time since the previous step's row." }),
    maxDuration: duration.optional().meta({ description: "Greatest time since the previous step's row." }),
  });
  const exclusion = step(choose, rowFilters, {
    rowFound: z.literal(false),
    minDuration: misuse('does not apply to an exclusion (a step with "rowFound": false)'),
    maxDuration: misuse('does not apply to an exclusion (a step with "rowFound": false)'),
  });
  const later = choose({ found, exclusion }, (input) => (isObject(input) && input['rowFound'] === false ? 'exclusion' : 'found'));
  const steps = z.tuple([first], later, { error: must('a list of at least one step') }).readonly();
  return limited(steps, maxSteps).meta({ id: 'steps', maxItems: maxSteps, description: 'Rows in strict order of time; "rowFound": false excludes.' });
}

function step<F, V, T extends z.core.$ZodLooseShape>(choose: Choose, { filter, filters }: RowFilters<F, V>, timing: T) {
  return choose(
    { filter: closedObject({ filter, ...timing }, stepKeys), filters: closedObject({ filters, ...timing }, stepKeys) },
    exactlyOne<'filter' | 'filters'>(['filter', 'filters'], stepKeys),
  );
}
