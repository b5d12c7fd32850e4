import * as z from 'zod';
import { maxAggregations, maxTop } from './limits';
import { closedObject, limited, misuse, must, NoChoice, oneOfWords, valueAt } from './schema-parts';
import type { Choose, Pick } from './schema-parts';
import { oneOf, show } from './wording';

const countTypes = ['count'] as const;
const perValueTypes = ['countPerValue', 'groupsPerValue'] as const;
const otherColumnTypes = ['sumPerValue', 'meanPerValue'] as const;

type Kind = 'untyped' | 'count' | 'perValue' | 'otherColumn';
const kindOfType = new Map<unknown, Kind>([
  [undefined, 'untyped'],
  ...countTypes.map((type) => [type, 'count'] as const),
  ...perValueTypes.map((type) => [type, 'perValue'] as const),
  ...otherColumnTypes.map((type) => [type, 'otherColumn'] as const),
]);
const typeNames = [...kindOfType.keys()].filter((type) => type !== undefined);

const aggregationKeys = ['column', 'type', 'otherColumn', 'name', 'top'];

/** A list of aggregations. */
export function aggregationsSchema(choose: Choose, column: z.ZodType<string>, numericColumn: z.ZodType<string>) {
  const wholeTop = must(`a whole number from 1 to ${maxTop}`);
  const top = z
    .int({ error: wholeTop })
    .min(1, { error: wholeTop })
    .max(maxTop, { error: wholeTop })
    .optional()
    .meta({ description: 'How many of the greatest values to keep, where there is one per value; default 10.' });
  const nameRule = must('a non-empty text');
  const name = z.string({ error: nameRule }).min(1, { error: nameRule }).optional().meta({ description: 'Repeated in the answer.' });
  const noOtherColumn = misuse(`applies to ${oneOf(otherColumnTypes)} only`);
  const aggregation = choose(
    {
      untyped: closedObject({ column, name, top, otherColumn: noOtherColumn }, aggregationKeys).meta({
        title: 'count, countPerValue and groupsPerValue',
      }),
      count: closedObject({ column, type: oneOfWords(countTypes), name, top, otherColumn: noOtherColumn }, aggregationKeys).meta({
        title: 'Rows in which the column is not null',
      }),
      perValue: closedObject({ column, type: oneOfWords(perValueTypes), name, top, otherColumn: noOtherColumn }, aggregationKeys).meta({
        title: 'Rows or groups per value of the column',
      }),
      otherColumn: closedObject({ column, type: oneOfWords(otherColumnTypes), otherColumn: numericColumn, name, top }, aggregationKeys).meta({
        title: 'Sum or mean of another column per value of the column',
      }),
    },
    kindOf,
  ).meta({ id: 'aggregation' });
  return limited(z.array(aggregation, { error: must('a list of aggregations') }), maxAggregations);
}

const kindOf: Pick<Kind> = (input) => {
  const type = valueAt(input, 'type');
  return kindOfType.get(type) ?? new NoChoice(must(`one of ${oneOf(typeNames.map(show))}`)({ input: type }), 'type');
};
