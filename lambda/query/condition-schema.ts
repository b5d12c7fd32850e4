import * as z from 'zod';
import type { Numeric } from './expanded';
import { countNotations, targetSchema } from './target-schema';
import { maxConditions } from './limits';
import { readTarget } from './notation';
import { countsThatZeroSatisfies, numericOperators, zeroSatisfies } from './operators';
import { closedObject, limited, misuse, must } from './schema-parts';
import type { Choose } from './schema-parts';
import { exactlyOne } from './sequence-schema';
import type { RowFilters } from './sequence-schema';
import { show } from './wording';

const conditionKinds = ['filter', 'filters', 'sequence'] as const;
const conditionKeys = [...conditionKinds, 'name', 'target', 'includeZero', 'maxDuration'];

/** The conditions of a query. */
export function conditionsSchema<F, V, S>(
  choose: Choose,
  rowFilters: RowFilters<F, V>,
  steps: z.ZodType<S>,
  numericColumn: z.ZodType<string>,
  duration: z.ZodType<Numeric>,
) {
  const nameRule = must('a letter, then letters, digits and underscores, and neither "and" nor "or"');
  const name = z
    .string({ error: nameRule })
    .regex(/^(?!(?:[aA][nN][dD]|[oO][rR])$)[A-Za-z][A-Za-z_0-9]*$/, { error: nameRule })
    .optional()
    .meta({ description: 'For the relation: $name. Unique, ignoring case.' });
  const target = targetSchema(choose, numericColumn).meta({ id: 'target' });
  const onRows = {
    name,
    target: target.optional().meta({ description: 'How the matching rows of a group decide; default: at least one.' }),
    includeZero: z.boolean({ error: must('true or false') }).optional().meta({ description: 'Whether a group without any matching row matches.' }),
    maxDuration: misuse('applies to sequence conditions and funnels only'),
  };
  const maxDuration = duration.optional().meta({ description: "Greatest time from the first step's row to the last's." });
  const onSequence = misuse('applies to filter conditions only');
  const condition = choose(
    {
      filter: closedObject({ filter: rowFilters.filter, ...onRows }, conditionKeys)
        .superRefine(checkIncludeZero)
        .meta({ title: 'Rows that match a filter', allOf: includeZeroRules() }),
      filters: closedObject({ filters: rowFilters.filters, ...onRows }, conditionKeys)
        .superRefine(checkIncludeZero)
        .meta({ title: 'Rows that match several filters at once', allOf: includeZeroRules() }),
      sequence: closedObject({ name, sequence: steps, maxDuration, target: onSequence, includeZero: onSequence }, conditionKeys).meta({ title: 'A sequence that occurs' }),
    },
    exactlyOne(conditionKinds, conditionKeys),
  ).meta({ id: 'condition' });
  const list = z.array(condition, { error: must('a list of conditions') }).superRefine(checkNames);
  return limited(list, maxConditions);
}

interface RowsConditionInput {
  readonly target?: z.infer<ReturnType<typeof targetSchema>> | undefined;
  readonly includeZero?: boolean | undefined;
}

function checkIncludeZero({ target, includeZero }: RowsConditionInput, context: z.RefinementCtx): void {
  const { type, op, value } = readTarget(target);
  if (includeZero === undefined) return;
  const report = (message: string): void => context.addIssue({ code: 'custom', path: ['includeZero'], message });
  const asText = `${type} ${op} ${show(value)}`;
  if (includeZero && type === 'sum') report('cannot be true with a sum target: a group without any matching row never matches one');
  else if (includeZero && !zeroSatisfies(op, value)) report(`cannot be true: a group without any matching row does not satisfy the target ${asText}`);
  else if (!includeZero && type === 'count' && op === '==' && Number(value) === 0) {
    report(`cannot be false: the target ${asText} asks for just the groups without any matching row`);
  }
}

/** The same as `checkIncludeZero`, for JSON Schema. */
function includeZeroRules(): z.core.JSONSchema.BaseSchema[] {
  const satisfied = numericOperators.flatMap((op) => {
    const range = countsThatZeroSatisfies[op];
    return range === null ? [] : countTargets(op, range.minimum, range.maximum);
  });
  return [
    {
      if: { type: 'object', required: ['includeZero'], properties: { includeZero: { const: true } } },
      then: { type: 'object', required: ['target'], properties: { target: { anyOf: satisfied } } },
    },
    {
      if: { type: 'object', required: ['includeZero'], properties: { includeZero: { const: false } } },
      then: { type: 'object', properties: { target: { not: { anyOf: countTargets('==', 0, 0) } } } },
    },
  ];
}

function countTargets(op: (typeof numericOperators)[number], minimum: number, maximum: number | null): z.core.JSONSchema.BaseSchema[] {
  const value = z.custom<Numeric>().meta({ type: 'number', minimum, ...(maximum === null ? {} : { maximum }) });
  const { shorthand, verbose } = countNotations(z.literal(op), value);
  return [shorthand, verbose].map((notation) => {
    const schema: z.core.JSONSchema.BaseSchema = z.toJSONSchema(notation, { unrepresentable: 'any', io: 'input' });
    // It becomes part of another schema, where this keyword may not stand.
    delete schema.$schema;
    return schema;
  });
}

function checkNames(conditions: readonly { readonly name?: string | undefined }[], context: z.RefinementCtx): void {
  const indexOf = new Map<string, number>();
  conditions.forEach(({ name }, index) => {
    if (name === undefined) return;
    const earlier = indexOf.get(name.toLowerCase());
    if (earlier !== undefined) {
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `${show(name)} is already the name of condition ${earlier}; case is ignored` });
    }
    indexOf.set(name.toLowerCase(), index);
  });
}
