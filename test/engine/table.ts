import type { Aggregation, ColumnType, Condition, ExpandedQuery, Filter, Numeric, NumericOperator } from '../../lambda/query/expanded';
import type { Cell, ReferenceDataset, Row } from './reference-dataset';

/**
 * A dataset of one part per table, grouped by `user` over `time`. Integers may be written as numbers.
 * @param columns column names and types, in the order of the cells.
 */
export function datasetOf(columns: Readonly<Record<string, ColumnType>>, ...tables: readonly (readonly (readonly Cell[])[])[]): ReferenceDataset {
  const types = new Map(Object.entries(columns));
  const rowOf = (cells: readonly Cell[]): Row =>
    Object.fromEntries([...types].map(([name, type], index) => [name, type === 'INT' ? integer(cells[index]) : cells[index]]));
  return { parts: tables.map((table) => table.map(rowOf)), groupIdColumn: 'user', timestampColumn: 'time', columns: types };
}

function integer(cell: Cell): Cell {
  return typeof cell === 'number' ? BigInt(cell) : cell;
}

/** The empty query, with what a test cares about put in. */
export function queryOf(parts: Partial<ExpandedQuery>): ExpandedQuery {
  const relation = parts.conditions?.length ? { condition: 0 } : null;
  return { timeframe: { from: null, to: null }, conditions: [], relation, aggregations: null, funnel: null, ...parts };
}

/** A condition on the number of rows in which one filter holds. */
export function countCondition(filter: Filter, op: NumericOperator, value: number, includeZero = false): Condition {
  return { kind: 'rows', filters: [filter], target: { type: 'count', op, value }, includeZero };
}

/** A condition on the sum of a column over the rows in which one filter holds. */
export function sumCondition(filter: Filter, column: string, op: NumericOperator, value: Numeric): Condition {
  return { kind: 'rows', filters: [filter], target: { type: 'sum', column, op, value }, includeZero: false };
}

/** An aggregation per value that keeps the greatest ten. */
export function perValue(type: 'countPerValue' | 'groupsPerValue', column: string, top = 10): Aggregation {
  return { type, column, top, name: null };
}

/** An aggregation of another column per value that keeps the greatest ten. */
export function ofOther(type: 'sumPerValue' | 'meanPerValue', column: string, otherColumn: string, top = 10): Aggregation {
  return { type, column, otherColumn, top, name: null };
}
