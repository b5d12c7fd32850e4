import type { Filter } from '../query/expanded';
import { isComparison } from './compare';
import type { GroupRanges } from './group-selection';
import { blockKernels, type BitSource, type Conjunction, type NumberComparison } from './kernels/block-kernels';
import { filterKey, type RowMasks } from './row-masks';

/** Bits of a row. */
const MAX_BITS = 32;

/** Lists of more filters are looked at as one mask. */
const MAX_FILTERS = 16;

/** What is said of more strings is looked up as a byte for each filter: bits of all filters take four times as much of the caches. */
const MAX_TABLE = 4096;

/** Filters that share the bits of a row: no mask is made of most of them. */
export class RowBits {
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

  /** How many bits there are: those of filters, and of lists of them. */
  get size(): number {
    return this.#used;
  }

  /** Per row its bits, less 1. */
  codes(): Int32Array {
    return blockKernels().combine(this.#sources(), this.#conjunctions, this.masks.part.rowCount);
  }

  /** Per group the bits that any of its rows has. */
  unite(groups: GroupRanges): Int32Array {
    return blockKernels().unite(this.#sources(), this.#conjunctions, groups);
  }

  #sources(): BitSource[] {
    const numbers = Array.from(this.#numbers.values(), (each) => ({ kind: 'numbers' as const, ...each }));
    return [...numbers, ...this.#tables.values(), ...this.#single];
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
          this.#single.push({ kind: 'many codes', codes: codes.integers, holds, bit: this.#used });
          return this.#used++;
        }
        const table = new Int32Array(holds.length);
        const known = this.#tables.get(filter.column) ?? (codes.areBytes ? { kind: 'bytes' as const, bytes: codes.bytes, table } : { kind: 'codes' as const, codes: codes.integers, table });
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
