import type { Column } from './columns';
import type { ExactSums } from './exact-sum';

/**
 * Adds the value that a numeric column has in a row to one of many sums; says whether there was one (not null).
 * 64-bit integers are added as two exact halves, without a BigInt.
 */
export function rowAdder(column: Column, sums: ExactSums): (slot: number, row: number) => boolean {
  if (column.type !== 'INT' && column.type !== 'FLOAT') throw new TypeError(`a ${column.type} column has no sum`);
  const { values } = column;
  const nulls = column.type === 'INT' ? column.nulls : null;
  if (values instanceof Float64Array) {
    return (slot, row) => {
      const value = values[row];
      if (value !== value || (nulls !== null && nulls[row] === 1)) return false;
      sums.add(slot, value);
      return true;
    };
  }
  const lows = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const highs = values instanceof BigInt64Array ? new Int32Array(values.buffer, values.byteOffset, values.length * 2) : lows;
  return (slot, row) => {
    if (nulls !== null && nulls[row] === 1) return false;
    sums.add(slot, highs[2 * row + 1] * 2 ** 32);
    sums.add(slot, lows[2 * row]);
    return true;
  };
}
