import fc from 'fast-check';
import { events, pick, regexes, textParts, texts, type Pools } from './arbitrary-pools';
import { lastMoment } from './arbitrary-dataset';
import { asNumeric } from './reference-aggregation';
import type { ColumnType, Filter, Numeric, NumericOperator, Operator, Scalar } from '../../lambda/query/expanded';

/** A filter as indexes into columns, the operators of the column's type and the values of the pools. */
export interface FilterPlan {
  readonly column: ColumnName;
  readonly op: number;
  /** The first is the value, all of them the list of `in`. */
  readonly values: readonly number[];
}

export type ColumnName = 'event' | 'time' | 'user' | 'constructor' | 'int' | 'float' | 'bool';
export const columnNames: readonly ColumnName[] = ['event', 'int', 'float', 'constructor', 'bool', 'user', 'time'];

export const numericOperators: readonly NumericOperator[] = ['==', '!=', '>', '>=', '<', '<='];
const operators: Readonly<Record<ColumnType, readonly Operator[]>> = {
  INT: [...numericOperators, 'in', 'not in'],
  FLOAT: [...numericOperators, 'in', 'not in'],
  BOOL: ['==', '!='],
  STRING: ['==', '!=', 'contains', 'not contains', 'starts with', 'ends with', 'regex', 'in', 'not in'],
};

const values = fc.array(fc.nat({ max: 17 }), { minLength: 1, maxLength: 3 });

/** Any operator on any column. */
export const anyFilter: fc.Arbitrary<FilterPlan> = fc.record({ column: fc.constantFrom(...columnNames), op: fc.nat({ max: 8 }), values });

/** `event == letter`, now and then `event in [letters]` or another operator. */
export const eventFilter: fc.Arbitrary<FilterPlan> = fc.record({
  column: fc.constant('event' as const),
  op: fc.oneof({ weight: 10, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.constantFrom(7, 1, 8) }),
  values: fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.constant(3) }), { minLength: 1, maxLength: 2 }),
});

/** One to three filters of one row, mostly one, mostly on the event. */
export const filterPlans: fc.Arbitrary<FilterPlan[]> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(eventFilter) },
  { weight: 2, arbitrary: fc.tuple(anyFilter) },
  { weight: 1, arbitrary: fc.array(fc.oneof(eventFilter, anyFilter), { minLength: 2, maxLength: 3 }) },
);

export function filtersFrom(plans: readonly FilterPlan[], pools: Pools): Filter[] {
  return plans.map((plan) => filterFrom(plan, pools));
}

/** The type of a column under these pools. */
export function typeOf(column: ColumnName, { groupIds, times }: Pools): ColumnType {
  switch (column) {
    case 'event':
    case 'constructor':
      return 'STRING';
    case 'int':
      return 'INT';
    case 'float':
      return 'FLOAT';
    case 'bool':
      return 'BOOL';
    case 'time':
      return times.type;
    case 'user':
      return typeof groupIds[0] === 'string' ? 'STRING' : 'INT';
  }
}

/** The numeric columns under these pools. */
export function numericColumns(pools: Pools): ColumnName[] {
  return columnNames.filter((column) => ['INT', 'FLOAT'].includes(typeOf(column, pools)));
}

/** A value of the column's pool as a query writes it; some lie just outside the pool. */
export function valueOf(column: ColumnName, index: number, { groupIds, times, ints, floats }: Pools): Scalar {
  switch (column) {
    case 'event':
      return pick(events, index) ?? 'e';
    case 'constructor':
      return pick(texts, index) ?? 'absent';
    case 'bool':
      return index % 2 === 0;
    case 'int':
      return written(pick([...ints, 2n ** 64n, 1n], index));
    case 'float':
      return pick<Numeric>([...floats.filter(Number.isFinite), 0, 2n ** 53n + 1n], index);
    case 'time':
      return written(times.moment(index % (lastMoment + 1)));
    case 'user':
      return written(pick(groupIds, index));
  }
}

/** Integers within ±2^53 are written as numbers. */
function written(value: bigint | number | string): Scalar {
  return typeof value === 'bigint' ? asNumeric(value) : value;
}

function filterFrom(plan: FilterPlan, pools: Pools): Filter {
  const { column } = plan;
  const op = pick(operators[typeOf(column, pools)], plan.op);
  switch (op) {
    case 'in':
    case 'not in':
      return { column, op, value: [...plan.values.map((index) => valueOf(column, index, pools)), ...padding(typeOf(column, pools), plan.values[0])] };
    case 'regex':
      return { column, op, value: pick(regexes, plan.values[0]) };
    case 'contains':
    case 'not contains':
    case 'starts with':
    case 'ends with':
      return { column, op, value: pick(textParts, plan.values[0]) };
    case '==':
    case '!=':
    case '>':
    case '>=':
    case '<':
    case '<=':
      return { column, op, value: valueOf(column, plan.values[0], pools) };
  }
}

/** Now and then some twenty or forty operands more that no row has: long lists are looked for in other ways. */
function padding(type: ColumnType, index: number): readonly Scalar[] {
  const count = [20, 40][index % 6] ?? 0;
  return Array.from({ length: count }, (_, each) => (type === 'STRING' ? `no row has ${each}` : 1_000_003 + each));
}
