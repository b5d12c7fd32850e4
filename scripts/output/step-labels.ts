import { stringifyJson } from '../../lambda/query/json';

/** What a valid query's JSON holds, as far as labels need it. */
interface QueryText {
  readonly funnel?: { readonly sequence: readonly StepText[] };
}

interface StepText {
  readonly filter?: FilterText;
  readonly filters?: readonly FilterText[];
  readonly rowFound?: boolean;
}

type FilterText = readonly [string, string, unknown] | { readonly column: string; readonly op: string; readonly value: unknown };

/**
 * For each found step of the query's funnel a readable label, such as `event == "view" and price >= 50`, with the
 * exclusions that stand before it, and after the last one.
 * @param query parsed JSON of a query that has been answered, so known to be valid
 */
export function stepLabels(query: unknown): string[] {
  const labels: string[] = [];
  let exclusions: string[] = [];
  for (const step of (query as QueryText).funnel?.sequence ?? []) {
    if (step.rowFound === false) {
      exclusions.push(stepLabel(step));
    } else {
      labels.push(stepLabel(step) + without(exclusions, 'before'));
      exclusions = [];
    }
  }
  return labels.map((label, index) => (index === labels.length - 1 ? label + without(exclusions, 'after') : label));
}

function without(exclusions: readonly string[], where: string): string {
  return exclusions.map((exclusion) => `, no ${exclusion} ${where}`).join('');
}

function stepLabel({ filter, filters }: StepText): string {
  return [...(filter === undefined ? [] : [filter]), ...(filters ?? [])].map(filterLabel).join(' and ');
}

function filterLabel(filter: FilterText): string {
  const [column, op, value] = isTriple(filter) ? filter : [filter.column, filter.op, filter.value];
  return `${column} ${op} ${stringifyJson(value)}`;
}

function isTriple(filter: FilterText): filter is readonly [string, string, unknown] {
  return Array.isArray(filter);
}
