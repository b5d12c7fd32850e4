import type { Filter } from '../query/expanded';
import type { Part } from './part';
import type { RowMasks } from './row-masks';

/**
 * Which of some lists of filters hold in a row, by a small number per row: a loop over rows reads that number once and
 * looks up all it wants to know, instead of reading one mask per list.
 */
export interface Symbols {
  /** Per row; −1 up to and excluding the length of the tables minus 1. */
  readonly codes: Int32Array;
  /** Per list of filters: at `code + 1` 1 where all of them hold, else 0. */
  readonly holds: readonly Uint8Array[];
}

/** More combinations of masks than this would no longer fit into a processor's first cache. */
const MAX_COMBINED = 10;

/**
 * Symbols for lists of filters. Where all filters are on one string column they are that column's codes, and no row is
 * looked at; otherwise they number the combinations of masks.
 * @returns null for too many combinations.
 */
export function symbolsOf(lists: readonly (readonly Filter[])[], part: Part, masks: RowMasks): Symbols | null {
  const [{ column: name }] = lists[0];
  const column = part.column(name);
  if (column.type === 'STRING' && lists.every((filters) => filters.every((filter) => filter.column === name))) {
    return { codes: column.codes, holds: lists.map((filters) => conjunction(filters.map((filter) => masks.holdsPerCode(filter, column)))) };
  }
  return combinedMasks(lists.map((filters) => masks.all(filters)), part.rowCount);
}

function conjunction(tables: readonly Uint8Array[]): Uint8Array {
  return tables.length === 1 ? tables[0] : tables[0].map((_, index) => (tables.every((table) => table[index] === 1) ? 1 : 0));
}

function combinedMasks(masks: readonly Uint8Array[], rows: number): Symbols | null {
  const distinct = [...new Set(masks)];
  if (distinct.length > MAX_COMBINED) return null;
  const codes = new Int32Array(rows).fill(-1);
  distinct.forEach((mask, bit) => {
    for (let row = 0; row < rows; row++) codes[row] += mask[row] << bit;
  });
  return { codes, holds: masks.map((mask) => Uint8Array.from({ length: 1 << distinct.length }, (_, code) => (code >> distinct.indexOf(mask)) & 1)) };
}
