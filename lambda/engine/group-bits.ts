import type { Filter, Target } from '../query/expanded';
import { RowBits } from './row-bits';
import { distinctLists, filtersKey, type RowMasks } from './row-masks';

/** Whether a count's target asks only for a row to be there: it holds of all counts from 1. */
export function asksForAnyRow({ op, value }: Extract<Target, { type: 'count' }>): boolean {
  switch (op) {
    case '>=':
      return value <= 1;
    case '>':
    case '!=':
      return value < 1;
    case '==':
    case '<':
    case '<=':
      return false;
  }
}

/**
 * Which groups have a row in which lists of filters hold, for all lists in one pass: a row has a bit for each filter, and a group the
 * bits of its rows together. No mask is made of a filter and none counted, which took ten times as long for twenty filters.
 */
export class GroupBits {
  readonly #places = new Map<string, { readonly united: Int32Array; readonly bit: number }>();

  /**
   * @param lists all that will be asked for
   * @param unite gives groups the bits of their rows
   */
  constructor(lists: readonly (readonly Filter[])[], masks: RowMasks, unite: (batch: RowBits) => Int32Array) {
    const distinct = [...distinctLists(lists).values()];
    for (let index = 0; index < distinct.length; ) {
      const batch = new RowBits(masks);
      const bits = new Map<string, number>();
      for (; index < distinct.length && batch.hasRoomFor(distinct[index]); index++) bits.set(filtersKey(distinct[index]), batch.add(distinct[index]));
      const united = unite(batch);
      for (const [key, bit] of bits) this.#places.set(key, { united, bit });
    }
  }

  /**
   * Per group 1 where it has a row in which all filters of a list hold, for any or for each of the lists, else 0: as masks still to be
   * joined in that way, as few as there are batches.
   * @param lists of those given
   */
  of(lists: readonly (readonly Filter[])[], op: 'and' | 'or'): Uint8Array[] {
    const wanted = new Map<Int32Array, number>();
    for (const filters of lists) {
      const place = this.#places.get(filtersKey(filters));
      if (place === undefined) throw new Error(`filters that were not to be looked for: ${filtersKey(filters)}`);
      wanted.set(place.united, (wanted.get(place.united) ?? 0) | (1 << place.bit));
    }
    return Array.from(wanted, ([united, bits]) => (op === 'and' ? haveAll(united, bits) : haveAny(united, bits)));
  }
}

function haveAll(united: Int32Array, bits: number): Uint8Array {
  const found = new Uint8Array(united.length);
  for (let group = 0; group < found.length; group++) found[group] = Number((united[group] & bits) === bits);
  return found;
}

function haveAny(united: Int32Array, bits: number): Uint8Array {
  const found = new Uint8Array(united.length);
  for (let group = 0; group < found.length; group++) found[group] = Number((united[group] & bits) !== 0);
  return found;
}
