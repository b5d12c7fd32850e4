import type { Filter } from '../query/expanded';
import { Codes } from './codes';
import { RowBits } from './row-bits';
import type { CodedFilters, RowMask, RowMasks } from './row-masks';

/**
 * Which of some lists of filters hold in a row, by a small number per row: a loop over rows reads that number once and
 * looks up all it wants to know, instead of reading one mask per list.
 */
export interface Symbols {
  readonly codes: Codes;
  /** Per list of filters: at `code + 1` 1 where all of them hold, else 0. */
  readonly holds: readonly Uint8Array[];
}

/** The combinations of more bits, or masks, would no longer fit into a processor's first cache. */
const MAX_COMBINED = 10;

/**
 * Symbols for lists of filters. Where all filters are on one string column they are that column's codes, and no row is
 * looked at; otherwise they number the combinations of what holds in a row.
 * @returns null for too many combinations.
 */
export function symbolsOf(lists: readonly (readonly Filter[])[], masks: RowMasks): Symbols | null {
  const coded = lists.map((filters) => masks.perCode(filters)).filter((each): each is CodedFilters => each !== null);
  if (coded.length === lists.length && coded.every(({ codes }) => codes === coded[0].codes)) {
    return { codes: coded[0].codes, holds: coded.map(({ holds }) => holds) };
  }
  return combinedBits(lists, masks) ?? combinedMasks(lists.map((filters) => masks.all(filters)));
}

/** By bits for filters and for lists of them; null for too many. */
function combinedBits(lists: readonly (readonly Filter[])[], masks: RowMasks): Symbols | null {
  const rowBits = new RowBits(masks);
  const bits: number[] = [];
  for (const filters of lists) {
    if (!rowBits.hasRoomFor(filters)) return null;
    bits.push(rowBits.add(filters));
  }
  return rowBits.size > MAX_COMBINED ? null : { codes: Codes.ofIntegers(rowBits.codes()), holds: bits.map((bit) => tableOf(bit, rowBits.size)) };
}

function combinedMasks(masks: readonly RowMask[]): Symbols | null {
  const distinct = [...new Set(masks)];
  if (distinct.length > MAX_COMBINED) return null;
  const codes = new Int32Array(masks[0].length).fill(-1);
  distinct.forEach((mask, bit) => {
    for (let row = 0; row < codes.length; row++) codes[row] += mask[row] << bit;
  });
  return { codes: Codes.ofIntegers(codes), holds: masks.map((mask) => tableOf(distinct.indexOf(mask), distinct.length)) };
}

/** For each combination of so many bits one of them. */
function tableOf(bit: number, bits: number): Uint8Array {
  return Uint8Array.from({ length: 2 ** bits }, (_, symbol) => (symbol >> bit) & 1);
}
