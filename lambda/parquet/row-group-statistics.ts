import type { Statistics } from 'hyparquet';
import type { Numeric } from '../query/expanded';
import type { IntegerSource } from './integers';
import type { RowGroupRows } from './row-groups';
import type { FlatColumn } from './schema';

/** Rows with `from` <= value < `to` are wanted; null: no bound. Timestamps and dates in milliseconds since the epoch. */
export interface Timeframe {
  readonly column: string;
  readonly from: Numeric | null;
  readonly to: Numeric | null;
}

/**
 * Makes hyparquet give the least and the greatest value as the integers that are stored: `Date`s would be cut to
 * milliseconds towards zero, and cost something.
 */
export const STATISTICS_AS_STORED = {
  timestampFromMilliseconds: asStored,
  timestampFromMicroseconds: asStored,
  timestampFromNanoseconds: asStored,
  dateFromDays: asStored,
  stringFromBytes: asStored,
};

function asStored<Value>(value: Value): Value {
  return value;
}

/**
 * Whether the row group has rows in the timeframe for all that its statistics say. Where they say nothing, or of a kind of
 * column that they cannot be relied on for (floats may be NaN, INT96 has no order), it may. A group that may hold nulls is
 * never ruled out: whoever reads it is to see them.
 */
export function mayHaveRowsWithin({ from, to }: Timeframe, { leaf, decoding, optional }: FlatColumn, group: RowGroupRows): boolean {
  if (decoding.kind !== 'INTEGER') return true;
  const statistics = group.columns[leaf].meta_data?.statistics;
  if (statistics === undefined || (optional && Number(statistics.null_count ?? -1) !== 0)) return true;
  const least = inMilliseconds(decoding.source, bound(statistics, decoding.source, 'min'));
  const greatest = inMilliseconds(decoding.source, bound(statistics, decoding.source, 'max'));
  if (least === null || greatest === null || least > greatest) return true;
  return (from === null || greatest >= from) && (to === null || least < to);
}

/** Whether a column has no nulls in a row group, as its footer tells. Of floats it does not: NaN counts as null, and in no statistics. */
export function hasNoNulls({ leaf, optional, type }: FlatColumn, group: RowGroupRows): boolean {
  return type !== 'FLOAT' && (!optional || Number(group.columns[leaf].meta_data?.statistics?.null_count ?? -1) === 0);
}

/** The older `min` and `max` compare values as signed ones, whatever they are. */
function bound(statistics: Statistics, source: IntegerSource, which: 'min' | 'max'): bigint | null {
  const isUnsigned = source === 'UINT32' || source === 'UINT64';
  const value = statistics[`${which}_value`] ?? (isUnsigned ? undefined : statistics[which]);
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
}

/** As the column's values are decoded. */
function inMilliseconds(source: IntegerSource, stored: bigint | null): bigint | null {
  if (stored === null) return null;
  switch (source) {
    case 'INT32':
    case 'INT64':
    case 'UINT32':
    case 'UINT64':
      return stored;
    case 'DAYS':
      return stored * 86_400_000n;
    case 'MICROS':
      return floorDivide(stored, 1_000n);
    case 'NANOS':
      return floorDivide(stored, 1_000_000n);
    case 'INT96':
      return null;
  }
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return quotient * divisor > value ? quotient - 1n : quotient;
}
