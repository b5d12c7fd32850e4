import type { ColumnType, Numeric, NumericOperator, Operator, SetOperator } from './expanded';

export const numericOperators = ['==', '!=', '>', '>=', '<', '<='] as const satisfies readonly NumericOperator[];
export const setOperators = ['in', 'not in'] as const satisfies readonly SetOperator[];

/** The operators of each column type: the one table behind validation, messages and JSON Schema. */
export const operatorsOfType = {
  INT: [...numericOperators, ...setOperators],
  FLOAT: [...numericOperators, ...setOperators],
  BOOL: ['==', '!='],
  STRING: ['==', '!=', 'contains', 'not contains', 'starts with', 'ends with', 'regex', ...setOperators],
} as const satisfies Record<ColumnType, readonly Operator[]>;

export const allOperators: readonly Operator[] = [...new Set(Object.values(operatorsOfType).flat())];

/** Operators that compare with one value. */
export const singleValueOperators: readonly Operator[] = allOperators.filter((op) => !isSetOperator(op));

/** Whether an operator compares with a list of values. */
export function isSetOperator(op: unknown): op is SetOperator {
  return op === 'in' || op === 'not in';
}

/** Whole numbers from `minimum` to `maximum`; null: without end. */
export interface CountRange {
  readonly minimum: number;
  readonly maximum: number | null;
}

/** For each operator the whole numbers n for which `0 op n` holds; null: none. Only these may go with `includeZero`. */
export const countsThatZeroSatisfies: Record<NumericOperator, CountRange | null> = {
  '==': { minimum: 0, maximum: 0 },
  '!=': { minimum: 1, maximum: null },
  '>': null,
  '>=': { minimum: 0, maximum: 0 },
  '<': { minimum: 1, maximum: null },
  '<=': { minimum: 0, maximum: null },
};

/** Whether a group without any matching row satisfies a count target. */
export function zeroSatisfies(op: NumericOperator, count: Numeric): boolean {
  const range = countsThatZeroSatisfies[op];
  return range !== null && count >= range.minimum && (range.maximum === null || count <= range.maximum);
}
