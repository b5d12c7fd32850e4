import type { AggregationResult } from '../../lambda/invoker/service';
import type { Aggregation, Numeric, OtherColumnAggregation } from '../../lambda/query/expanded';
import { numberIn, type Cell, type Row } from './reference-dataset';
import { roundedQuotient, roundedSum } from './rational-sum';

/** One aggregation over all rows of the given groups. */
export function aggregate(aggregation: Aggregation, groups: readonly (readonly Row[])[]): AggregationResult {
  const { type, column } = aggregation;
  const entry = { column, type, ...(aggregation.name === null ? {} : { name: aggregation.name }) };
  const rows = groups.flat();
  switch (aggregation.type) {
    case 'count':
      return { ...entry, value: rows.filter((row) => keyOf(row[column]) !== null).length };
    case 'countPerValue': {
      const counts = [...rowsPerKey(rows, column)].map(([key, keyRows]): Entry => [key, keyRows.length]);
      return { ...entry, top: aggregation.top, value: greatest(counts, aggregation.top) };
    }
    case 'groupsPerValue': {
      const keys = groups.flatMap((group) => [...rowsPerKey(group, column).keys()]);
      const counts = [...new Set(keys)].map((key): Entry => [key, keys.filter((other) => other === key).length]);
      return { ...entry, top: aggregation.top, value: greatest(counts, aggregation.top) };
    }
    case 'sumPerValue':
    case 'meanPerValue': {
      const values = [...rowsPerKey(rows, column)].flatMap(([key, keyRows]) => summary(aggregation, key, keyRows));
      return { ...entry, top: aggregation.top, value: greatest(values, aggregation.top) };
    }
  }
}

/** The exact sum of the numbers of a column, nulls skipped: an integer column's as a bigint, else rounded once. */
export function sumOf(rows: readonly Row[], column: string): Numeric {
  const numbers = numbersOf(rows, column);
  const integers = numbers.filter((value) => typeof value === 'bigint');
  if (integers.length > 0) return integers.reduce((sum, value) => sum + value);
  return roundedSum(numbers.filter((value) => typeof value === 'number'));
}

type Entry = readonly [key: string, value: Numeric];

function summary(aggregation: OtherColumnAggregation, key: string, rows: readonly Row[]): Entry[] {
  const sum = sumOf(rows, aggregation.otherColumn);
  if (aggregation.type === 'sumPerValue') return [[key, asNumeric(sum)]];
  const count = numbersOf(rows, aggregation.otherColumn).length;
  if (count === 0) return [];
  return [[key, typeof sum === 'bigint' ? roundedQuotient(sum, BigInt(count)) : sum / count]];
}

function numbersOf(rows: readonly Row[], column: string): Numeric[] {
  return rows.map((row) => numberIn(row, column)).filter((value) => value !== null);
}

function rowsPerKey(rows: readonly Row[], column: string): Map<string, Row[]> {
  const perKey = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row[column]);
    if (key !== null) perKey.set(key, [...(perKey.get(key) ?? []), row]);
  }
  return perKey;
}

/** `String` prints −0 as "0", so that both zeros are one key. */
function keyOf(cell: Cell): string | null {
  return cell === null || Number.isNaN(cell) ? null : String(cell);
}

function greatest(entries: readonly Entry[], top: number): ReadonlyMap<string, Numeric> {
  const ordered = [...entries].sort(([leftKey, left], [rightKey, right]) => byValue(left, right) || (leftKey < rightKey ? -1 : 1));
  return new Map(ordered.slice(0, top));
}

/** Greatest first; the sum of opposite infinities, NaN, comes last. */
function byValue(left: Numeric, right: Numeric): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left > right ? -1 : left < right ? 1 : 0;
}

/** A number where that is exact. */
export function asNumeric(value: Numeric): Numeric {
  if (typeof value === 'number') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
