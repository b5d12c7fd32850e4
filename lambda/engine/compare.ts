import type { Numeric, NumericOperator, Operator } from '../query/expanded';

/** Compares exactly, numbers with bigints too. NaN matches only `!=`, as null does. */
export function compare(left: Numeric, op: NumericOperator, right: Numeric): boolean {
  switch (op) {
    case '==':
      return left >= right && left <= right;
    case '!=':
      return !(left >= right && left <= right);
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}

/** Whether an operator compares with one operand, by order or equality. */
export function isComparison(op: Operator): op is NumericOperator {
  return op === '==' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=';
}
