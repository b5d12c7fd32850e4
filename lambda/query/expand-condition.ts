import type { ColumnChecker } from './check-columns';
import { expandRowFilters, expandSequence } from './expand-sequence';
import type { Condition, Target } from './expanded';
import type { ConditionInput } from './input-schema';
import { readTarget } from './notation';
import type { ReadTarget } from './notation';
import type { Path } from './pointer';

export function expandCondition(condition: ConditionInput, path: Path, checker: ColumnChecker): Condition {
  if ('sequence' in condition) return { kind: 'sequence', sequence: expandSequence(condition, path, checker) };
  const filters = expandRowFilters(condition, path, checker);
  const target = expandTarget(readTarget(condition.target), [...path, 'target'], checker);
  const asksForNone = target.type === 'count' && target.op === '==' && target.value === 0;
  return { kind: 'rows', filters, target, includeZero: condition.includeZero ?? asksForNone };
}

function expandTarget(target: ReadTarget, path: Path, checker: ColumnChecker): Target {
  const { op, value } = target;
  // A count beyond 2^53 may be rounded: no part holds nearly as many rows.
  if (target.type === 'count') return { type: 'count', op, value: Number(value) };
  checker.numericColumn({ value: target.column, path: [...path, target.columnKey] });
  return { type: 'sum', column: target.column, op, value };
}
