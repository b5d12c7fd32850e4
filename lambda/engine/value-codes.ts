import type { Column } from './columns';

/** A column's distinct values numbered from 0, so that per-value work runs over arrays indexed by code. */
export interface ValueCodes {
  /** Per row; −1 for null. */
  readonly codes: Int32Array;
  /** Codes are below this; for strings some may be used by no row. */
  readonly size: number;
  /** The value as results show it: integers in decimal, floats as JavaScript prints them, `true` and `false`. */
  keyOf(code: number): string;
}

export function codeValues(column: Column): ValueCodes {
  switch (column.type) {
    case 'STRING':
      return { codes: column.codes, size: column.dictionary.length, keyOf: (code) => column.dictionary[code] };
    case 'BOOL':
      return { codes: Int32Array.from(column.values, (value) => (value === 2 ? -1 : value)), size: 2, keyOf: (code) => (code === 1 ? 'true' : 'false') };
    case 'INT':
      return codeNumbers(column.values, column.nulls);
    case 'FLOAT':
      return codeNumbers(column.values, nansOf(column.values));
  }
}

const MINUS_ZERO_HIGH = -0x80000000;

/** Numbers 64-bit values by open addressing on their two halves: no BigInt and no object per row. */
function codeNumbers(values: Float64Array | BigInt64Array | BigUint64Array, nulls: Uint8Array | null): ValueCodes {
  const rows = values.length;
  const halves = new Int32Array(values.buffer, values.byteOffset, rows * 2);
  const codes = new Int32Array(rows);
  const isFloat = values instanceof Float64Array;
  let firstRows = new Int32Array(1024);
  let table = new Int32Array(2048).fill(-1);
  let shift = 32 - 11;
  let size = 0;

  for (let row = 0; row < rows; row++) {
    if (nulls !== null && nulls[row] === 1) {
      codes[row] = -1;
      continue;
    }
    const low = halves[2 * row];
    let high = halves[2 * row + 1];
    if (isFloat && low === 0 && high === MINUS_ZERO_HIGH) high = 0;
    let slot = hashHalves(low, high) >>> shift;
    let code = table[slot];
    while (code !== -1) {
      const first = firstRows[code];
      const firstHigh = halves[2 * first + 1];
      if (halves[2 * first] === low && (firstHigh === high || (isFloat && low === 0 && high === 0 && firstHigh === MINUS_ZERO_HIGH))) break;
      slot = (slot + 1) & (table.length - 1);
      code = table[slot];
    }
    if (code === -1) {
      code = size++;
      table[slot] = code;
      firstRows[code] = row;
      if (size === firstRows.length) {
        firstRows = growTo(firstRows, size * 2);
        shift -= 1;
        table = rebuildTable(halves, firstRows, size, shift, isFloat);
      }
    }
    codes[row] = code;
  }
  return { codes, size, keyOf: (code) => String(values[firstRows[code]]) };
}

function rebuildTable(halves: Int32Array, firstRows: Int32Array, size: number, shift: number, isFloat: boolean): Int32Array<ArrayBuffer> {
  const table = new Int32Array(2 ** (32 - shift)).fill(-1);
  for (let code = 0; code < size; code++) {
    const low = halves[2 * firstRows[code]];
    const high = halves[2 * firstRows[code] + 1];
    let slot = hashHalves(low, isFloat && low === 0 && high === MINUS_ZERO_HIGH ? 0 : high) >>> shift;
    while (table[slot] !== -1) slot = (slot + 1) & (table.length - 1);
    table[slot] = code;
  }
  return table;
}

function growTo(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** Mixes two 32-bit halves; multipliers and shifts of MurmurHash3's 32-bit finalizer (A. Appleby, public domain). */
function hashHalves(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ high;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function nansOf(values: Float64Array): Uint8Array {
  const nans = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) nans[row] = values[row] !== values[row] ? 1 : 0;
  return nans;
}
