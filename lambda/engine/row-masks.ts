import type { Filter } from '../query/expanded';
import { conjunction, disjunction } from './byte-masks';
import { Codes } from './codes';
import type { BoolColumn, FloatColumn, IntColumn, StringColumn } from './columns';
import { matchIntegers, matchNumbers } from './number-filters';
import type { PartColumns } from './part-columns';
import { stringPredicate } from './string-filters';

/** Per row 1 where it matches, else 0. */
export type RowMask = Uint8Array;

/** A list of filters as a table over the codes of a string column. */
export interface CodedFilters {
  readonly codes: Codes;
  /** At `code + 1` 1 where all filters hold, else 0. */
  readonly holds: Uint8Array;
}

/** Which rows of a part match which filters. Each filter is evaluated once per query, however often it is named. */
export class RowMasks {
  readonly #masks = new Map<string, RowMask>();

  constructor(readonly part: PartColumns) {}

  /** Rows in which all of the filters hold. The mask is shared: do not write to it. */
  all(filters: readonly Filter[]): RowMask {
    const masks = filters.map((filter) => this.#mask(filter));
    return masks.length === 1 ? masks[0] : memoized(this.#masks, filtersKey(filters), () => conjunction(masks));
  }

  /** The filters over the codes of the one string column that all of them are on, without a look at any row; else null. */
  perCode(filters: readonly Filter[]): CodedFilters | null {
    const [{ column: name }] = filters;
    const column = this.part.column(name);
    if (column.type !== 'STRING' || filters.some((filter) => filter.column !== name)) return null;
    const tables = filters.map((filter) => this.#table(filter, column));
    return { codes: column.codes, holds: tables.length === 1 ? tables[0] : conjunction(tables) };
  }

  /** As `perCode`, whatever the filters are on: rows that match have code 0, others −1, where it is not one string column. */
  coded(filters: readonly Filter[]): CodedFilters {
    return this.perCode(filters) ?? codedMask(this.all(filters));
  }

  /** Where all filters of at least one list hold; null for no list at all. */
  any(alternatives: readonly (readonly Filter[])[]): CodedFilters | null {
    if (alternatives.length === 0) return null;
    const coded = alternatives.map((filters) => this.coded(filters));
    const [{ codes }] = coded;
    if (coded.every((each) => each.codes === codes)) return { codes, holds: disjunction(coded.map(({ holds }) => holds)) };
    return codedMask(disjunction(alternatives.map((filters) => this.all(filters))));
  }

  #table(filter: Filter, column: StringColumn): Uint8Array {
    return this.part.judgedStrings.of(filterKey(filter), () => judgeCodes(filter, column));
  }

  #mask(filter: Filter): RowMask {
    return memoized(this.#masks, filterKey(filter), () => this.#evaluate(filter));
  }

  #evaluate(filter: Filter): RowMask {
    const column = this.part.column(filter.column);
    switch (column.type) {
      case 'INT':
        return intMask(filter, column);
      case 'FLOAT':
        return floatMask(filter, column);
      case 'BOOL':
        return boolMask(filter, column);
      case 'STRING':
        return stringMask(this.#table(filter, column), column);
    }
  }
}

function codedMask(mask: RowMask): CodedFilters {
  return { codes: Codes.ofBytes(mask), holds: Uint8Array.of(0, 1) };
}

/** The same for lists of the same filters. */
export function filtersKey(filters: readonly Filter[]): string {
  return filters.map(filterKey).join('\n');
}

/** Lists of filters, each once, by their keys. */
export function distinctLists(lists: readonly (readonly Filter[])[]): ReadonlyMap<string, readonly Filter[]> {
  return new Map(lists.map((filters) => [filtersKey(filters), filters]));
}

/** The same for filters that are the same. */
export function filterKey({ column, op, value }: Filter): string {
  return JSON.stringify([column, op, value], (_, item: unknown) => (typeof item === 'bigint' ? { integer: item.toString() } : item));
}

function memoized(memory: Map<string, Uint8Array>, key: string, evaluate: () => Uint8Array): Uint8Array {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const evaluated = evaluate();
  memory.set(key, evaluated);
  return evaluated;
}

/** Filters that hold of a null. */
function matchesNull({ op }: Filter): boolean {
  return op === '!=' || op === 'not contains' || op === 'not in';
}

function intMask(filter: Filter, column: IntColumn): RowMask {
  const mask = column.values instanceof Float64Array ? matchNumbers(filter, column.values) : matchIntegers(filter, column.values);
  const { nulls } = column;
  if (nulls !== null) {
    const ofNull = matchesNull(filter) ? 1 : 0;
    for (let row = 0; row < mask.length; row++) if (nulls[row] === 1) mask[row] = ofNull;
  }
  return mask;
}

/** NaN, the null of floats, compares as null does: it matches `!=` and `not in`, and nothing else. */
function floatMask(filter: Filter, column: FloatColumn): RowMask {
  return matchNumbers(filter, column.values);
}

function boolMask(filter: Filter, { values }: BoolColumn): RowMask {
  const wanted = filter.value === true ? 1 : 0;
  const negated = filter.op === '!=';
  const mask = new Uint8Array(values.length);
  for (let row = 0; row < mask.length; row++) mask[row] = (values[row] === wanted) !== negated ? 1 : 0;
  return mask;
}

/** Evaluated once per distinct string. */
function judgeCodes(filter: Filter, { dictionary }: StringColumn): Uint8Array {
  const matches = stringPredicate(filter);
  const holds = new Uint8Array(dictionary.length + 1);
  holds[0] = matchesNull(filter) ? 1 : 0;
  for (let code = 0; code < dictionary.length; code++) holds[code + 1] = matches(dictionary[code]) ? 1 : 0;
  return holds;
}

function stringMask(holds: Uint8Array, { codes }: StringColumn): RowMask {
  const mask = new Uint8Array(codes.length);
  const { codes: stored, first } = codes.stored;
  for (let row = 0; row < mask.length; row++) mask[row] = holds[stored[row] + first];
  return mask;
}
