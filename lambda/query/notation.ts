import type { Numeric, NumericOperator, Operator } from './expanded';
import type { FilterValue, ShorthandFilter, VerboseFilter } from './filter-schema';
import type { Path } from './pointer';

/** A part of the query with where the user wrote it. */
export interface Placed<T> {
  readonly value: T;
  readonly path: Path;
}

export interface PlacedFilter {
  readonly column: Placed<string>;
  readonly op: Placed<Operator>;
  readonly value: Placed<FilterValue>;
}

/** A filter in either notation, each part with its own place. */
export function readFilter(filter: ShorthandFilter | VerboseFilter, path: Path): PlacedFilter {
  const place = <T>(value: T, key: PropertyKey): Placed<T> => ({ value, path: [...path, key] });
  if ('column' in filter) {
    return { column: place(filter.column, 'column'), op: place(filter.op, 'op'), value: place(filter.value, 'value') };
  }
  return { column: place(filter[0], 0), op: place(filter[1], 1), value: place(filter[2], 2) };
}

type CountTarget = readonly ['count', NumericOperator, Numeric] | { readonly type: 'count'; readonly op: NumericOperator; readonly value: Numeric };
type SumTarget =
  | readonly ['sum', string, NumericOperator, Numeric]
  | { readonly type: 'sum'; readonly column: string; readonly op: NumericOperator; readonly value: Numeric };
export type TargetInput = CountTarget | SumTarget;

/** A target in either notation, or the default one. `columnKey` leads from the target to its column. */
export type ReadTarget =
  | { readonly type: 'count'; readonly op: NumericOperator; readonly value: Numeric }
  | { readonly type: 'sum'; readonly column: string; readonly columnKey: PropertyKey; readonly op: NumericOperator; readonly value: Numeric };

export function readTarget(target: TargetInput | undefined): ReadTarget {
  if (target === undefined) return { type: 'count', op: '>=', value: 1 };
  if ('type' in target) {
    return target.type === 'count' ? target : { ...target, columnKey: 'column' };
  }
  if (target[0] === 'count') return { type: 'count', op: target[1], value: target[2] };
  return { type: 'sum', column: target[1], columnKey: 1, op: target[2], value: target[3] };
}
