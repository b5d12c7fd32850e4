import type { Filter, Target } from '../query/expanded';
import type { GroupRanges } from './group-selection';
import { blockKernels, type BitSource, type ComparedBy, type Conjunction, type NumberComparison } from './kernels/block-kernels';
import { filterKey, filtersKey, type RowMasks } from './row-masks';

/** Bits of a row. */
const MAX_BITS = 32;

/** Lists of more filters are looked at as one mask. */
const MAX_FILTERS = 16;

/** What is said of more strings is looked up as a byte for each filter: bits of all filters take four times as much of the caches. */
const MAX_TABLE = 4096;

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

  /** @param lists all that will be asked for */
  constructor(lists: readonly (readonly Filter[])[], groups: GroupRanges, masks: RowMasks) {
    const distinct = [...new Map(lists.map((filters) => [filtersKey(filters), filters])).values()];
    for (let index = 0; index < distinct.length; ) {
      const batch = new Batch(masks);
      const bits = new Map<string, number>();
      for (; index < distinct.length && batch.hasRoomFor(distinct[index]); index++) bits.set(filtersKey(distinct[index]), batch.add(distinct[index]));
      const united = batch.unite(groups);
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

/** Filters that share the bits of a row. */
class Batch {
  readonly #bits = new Map<string, number>();
  readonly #numbers = new Map<string, { readonly values: Float64Array; readonly nulls: Uint8Array | null; readonly comparisons: NumberComparison[] }>();
  readonly #tables = new Map<string, Extract<BitSource, { kind: 'codes' | 'bytes' }>>();
  readonly #single: BitSource[] = [];
  readonly #conjunctions: Conjunction[] = [];
  #used = 0;

  constructor(private readonly masks: RowMasks) {}

  hasRoomFor(filters: readonly Filter[]): boolean {
    return this.#used + Math.min(filters.length, MAX_FILTERS) + 1 <= MAX_BITS;
  }

  /** @returns the bit of rows in which all of the filters hold */
  add(filters: readonly Filter[]): number {
    if (filters.length > MAX_FILTERS) return this.#addMask(this.masks.all(filters));
    const bits = filters.map((filter) => this.#bitOf(filter));
    if (bits.length === 1) return bits[0];
    const bit = this.#used++;
    this.#conjunctions.push({ all: bits.reduce((all, each) => all | (1 << each), 0), bit: 1 << bit });
    return bit;
  }

  unite(groups: GroupRanges): Int32Array {
    const numbers = Array.from(this.#numbers.values(), (each) => ({ kind: 'numbers' as const, ...each }));
    return blockKernels().unite([...numbers, ...this.#tables.values(), ...this.#single], this.#conjunctions, groups);
  }

  #bitOf(filter: Filter): number {
    const key = filterKey(filter);
    const bit = this.#bits.get(key) ?? this.#addFilter(filter);
    this.#bits.set(key, bit);
    return bit;
  }

  #addFilter(filter: Filter): number {
    const column = this.masks.part.column(filter.column);
    switch (column.type) {
      case 'INT':
      case 'FLOAT': {
        const { values } = column;
        const comparisons = comparisonsOf(filter);
        if (!(values instanceof Float64Array) || comparisons === null) break;
        const known = this.#numbers.get(filter.column) ?? { values, nulls: column.type === 'INT' ? column.nulls : null, comparisons: [] };
        this.#numbers.set(filter.column, known);
        for (const comparison of comparisons) known.comparisons.push({ ...comparison, bit: 1 << this.#used });
        return this.#used++;
      }
      case 'BOOL': {
        const known = this.#tables.get(filter.column) ?? { kind: 'bytes' as const, bytes: column.values, table: new Int32Array(3) };
        this.#tables.set(filter.column, known);
        const wanted = Number(filter.value === true);
        for (const held of [0, 1, 2]) known.table[held] |= Number((held === wanted) === (filter.op !== '!=')) << this.#used;
        return this.#used++;
      }
      case 'STRING': {
        const coded = this.masks.perCode([filter]);
        if (coded === null) break;
        const { codes, holds } = coded;
        if (holds.length > MAX_TABLE) {
          this.#single.push({ kind: 'many codes', codes, holds, bit: this.#used });
          return this.#used++;
        }
        const known = this.#tables.get(filter.column) ?? { kind: 'codes' as const, codes, table: new Int32Array(holds.length) };
        this.#tables.set(filter.column, known);
        for (let place = 0; place < holds.length; place++) known.table[place] |= holds[place] << this.#used;
        return this.#used++;
      }
    }
    return this.#addMask(this.masks.all([filter]));
  }

  #addMask(bytes: Uint8Array): number {
    this.#single.push({ kind: 'bytes', bytes, table: Int32Array.of(0, 1 << this.#used) });
    return this.#used++;
  }
}

/** Lists of more operands are looked at as a mask. */
const MAX_OPERANDS = 16;

/** The comparisons of which any has to hold; null for filters that are none of those. */
function comparisonsOf({ op, value }: Filter): readonly Omit<NumberComparison, 'bit'>[] | null {
  if (isComparison(op)) return [{ op, operand: Number(value) }];
  return op === 'in' && Array.isArray(value) && value.length <= MAX_OPERANDS ? value.map((operand) => ({ op: '==', operand: Number(operand) })) : null;
}

function isComparison(op: Filter['op']): op is ComparedBy {
  return op === '==' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=';
}
