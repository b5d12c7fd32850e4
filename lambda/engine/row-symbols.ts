import type { Filter } from '../query/expanded';
import type { Codes } from './codes';
import { filtersKey, type RowMasks } from './row-masks';
import type { ValueCodes } from './value-codes';

/** Something about rows that comes in few values. */
interface Trait {
  /** Values are below this. */
  readonly size: number;
  /** Of two symbols that differ in this trait alone, by 1, one is so much greater. */
  readonly stride: number;
  /** The value of each row. */
  readonly bytes: () => Uint8Array;
}

/** All that a query wants to know of a row as one small number: the combination of its values in some columns, and of filters that hold. */
export class RowSymbols {
  readonly #traits = new Map<Codes | string, Trait>();
  #count = 1;

  /**
   * @param columns whose values will be asked for, as many as bytes can tell apart each
   * @param lists all lists of filters that will be asked for
   */
  constructor(columns: readonly ValueCodes[], lists: readonly (readonly Filter[])[], private readonly masks: RowMasks) {
    for (const { codes, size } of columns) this.#add(codes, size + 1, () => codes.bytes);
    for (const filters of lists) if (this.#coded(filters) === null) this.#add(filtersKey(filters), 2, () => masks.all(filters));
  }

  /** Symbols are below this. */
  get count(): number {
    return this.#count;
  }

  /** The symbol of each row. Not to be written to. Only where there are at most 256. */
  perRow(): Uint8Array {
    const [first, ...others] = this.#traits.values();
    if (first === undefined) return new Uint8Array(this.masks.part.rowCount);
    if (others.length === 0) return first.bytes();
    const symbols = first.bytes().slice();
    for (const { bytes, stride } of others) {
      const values = bytes();
      for (let row = 0; row < symbols.length; row++) symbols[row] += stride * values[row];
    }
    return symbols;
  }

  /** Per symbol the place of its value in a column: the code and 1, 0 for null. @param codes those of one of the columns */
  placesOf(codes: Codes): Uint8Array {
    return this.#valuesOf(codes);
  }

  /** The symbols of rows in which all filters of a list hold. @param filters one of the lists */
  chosenBy(filters: readonly Filter[]): Uint8Array {
    const coded = this.#coded(filters);
    const values = this.#valuesOf(coded?.codes ?? filtersKey(filters));
    const holds = coded?.holds ?? [0, 1];
    return Uint8Array.from(values.keys()).filter((symbol) => holds[values[symbol]] === 1);
  }

  /** The filters over the codes of one of the columns; null where they are on others. */
  #coded(filters: readonly Filter[]): { readonly codes: Codes; readonly holds: Uint8Array } | null {
    const coded = this.masks.perCode(filters);
    return coded !== null && this.#traits.has(coded.codes) ? coded : null;
  }

  #add(key: Codes | string, size: number, bytes: () => Uint8Array): void {
    if (this.#traits.has(key)) return;
    this.#traits.set(key, { size, stride: this.#count, bytes });
    this.#count *= size;
  }

  /** Of each symbol. */
  #valuesOf(key: Codes | string): Uint8Array {
    const trait = this.#traits.get(key);
    if (trait === undefined) throw new Error('rows have no symbols for this: it was not said that it would be asked for');
    const { size, stride } = trait;
    return Uint8Array.from({ length: this.#count }, (_, symbol) => Math.floor(symbol / stride) % size);
  }
}
