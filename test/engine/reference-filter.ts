import { RE2JS } from 're2js';
import type { Filter, Numeric, NumericOperator, Scalar } from '../../lambda/query/expanded';
import type { Cell, Row } from './reference-dataset';

/** Whether all filters hold in this row. */
export function rowMatches(row: Row, filters: readonly Filter[]): boolean {
  return filters.every((filter) => filterMatches(row[filter.column], filter));
}

/** `left op right`, exactly, whichever of the two is a bigint. */
export function compares(left: Numeric, op: NumericOperator, right: Numeric): boolean {
  switch (op) {
    case '==':
      return left == right;
    case '!=':
      return left != right;
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

/** What a column of doubles is compared with is a double, too. */
export function asComparand(left: Numeric, right: Numeric): Numeric {
  return typeof left === 'number' ? Number(right) : right;
}

function filterMatches(cell: Cell, filter: Filter): boolean {
  if (cell === null || Number.isNaN(cell)) return ['!=', 'not contains', 'not in'].includes(filter.op);
  switch (filter.op) {
    case 'in':
      return listOf(filter.value).some((value) => equals(cell, value));
    case 'not in':
      return !listOf(filter.value).some((value) => equals(cell, value));
    case 'contains':
      return textOf(cell).includes(textOf(filter.value));
    case 'not contains':
      return !textOf(cell).includes(textOf(filter.value));
    case 'starts with':
      return textOf(cell).startsWith(textOf(filter.value));
    case 'ends with':
      return textOf(cell).endsWith(textOf(filter.value));
    case 'regex':
      return RE2JS.compile(textOf(filter.value)).matcher(textOf(cell)).find();
    case '==':
      return equals(cell, filter.value);
    case '!=':
      return !equals(cell, filter.value);
    case '>':
    case '>=':
    case '<':
    case '<=':
      return compares(numberOf(cell), filter.op, asComparand(numberOf(cell), numberOf(filter.value)));
  }
}

function equals(cell: Scalar, value: Filter['value']): boolean {
  if (typeof cell === 'bigint' || typeof cell === 'number') return compares(cell, '==', asComparand(cell, numberOf(value)));
  return cell === value;
}

function numberOf(value: Filter['value']): Numeric {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  throw new Error(`expected a number, got ${typeof value} ${String(value)}`);
}

function textOf(value: Filter['value']): string {
  if (typeof value === 'string') return value;
  throw new Error(`expected a string, got ${typeof value} ${String(value)}`);
}

function listOf(value: Filter['value']): readonly Scalar[] {
  if (typeof value === 'object') return value;
  throw new Error(`expected a list, got ${typeof value} ${String(value)}`);
}
