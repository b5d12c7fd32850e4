import type { ColumnChecker } from './check-columns';
import type { Aggregation } from './expanded';
import type { AggregationInput } from './input-schema';
import { defaultTop } from './limits';
import type { Path } from './pointer';

/** A list of aggregations, those without a type written out as the three they stand for; null where there is no list. */
export function expandAggregations(list: readonly AggregationInput[] | undefined, path: Path, checker: ColumnChecker): Aggregation[] | null {
  return list?.flatMap((aggregation, index) => expandAggregation(aggregation, [...path, index], checker)) ?? null;
}

function expandAggregation(input: AggregationInput, path: Path, checker: ColumnChecker): Aggregation[] {
  const { column } = input;
  const name = input.name ?? null;
  checker.column({ value: column, path: [...path, 'column'] });
  if (!('type' in input)) {
    const top = input.top ?? defaultTop;
    return [
      { type: 'count', column, name },
      { type: 'countPerValue', column, name, top },
      { type: 'groupsPerValue', column, name, top },
    ];
  }
  if (input.type === 'count') return [{ type: input.type, column, name }];
  const top = input.top ?? defaultTop;
  if (input.otherColumn === undefined) return [{ type: input.type, column, name, top }];
  const { type, otherColumn } = input;
  checker.numericColumn({ value: otherColumn, path: [...path, 'otherColumn'] });
  return [{ type, column, otherColumn, name, top }];
}
