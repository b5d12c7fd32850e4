import type { Numeric, NumericOperator } from '../query/expanded';

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
