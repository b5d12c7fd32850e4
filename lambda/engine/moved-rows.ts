import { Codes } from './codes';
import type { Column, IntColumn } from './columns';
import { halvesOf, ofHalves } from './number-table';
import { PartMemory } from './part-memory';

/** How columns get from the order of the file to that of the part: not at all, or by moving each row. */
export type RowOrder = RowMoves | 'as-is';

/**
 * Where rows of the file go, in two steps: they are dealt out to partitions, those of a partition in the order of the file, and
 * then moved within their partition. So memory is read and written in order, but for a partition at a time, which fits into a
 * processor's cache: looking for each row all over a column takes five times as long from millions of rows on.
 */
export interface RowMoves {
  /** Null where all rows are one partition, or have a short way. */
  readonly dealing: Dealing | null;
  /** Per row of the part, which row it is of those dealt to its partition; without dealing, of those of the file. */
  readonly places: Int32Array;
}

/** Which partition each row of the file goes to, the partitions lying one after the other. */
export interface Dealing {
  readonly partitions: Uint16Array;
  /** Row of the part where each partition starts, and one last entry: the number of rows. */
  readonly starts: Int32Array;
}

/** @param partitions of each row of the file */
export function dealingOf(partitions: Uint16Array): Dealing {
  const rowsOf = new Int32Array(2 ** 16);
  for (let row = 0; row < partitions.length; row++) rowsOf[partitions[row]] += 1;
  return { partitions, starts: startsOf(rowsOf.subarray(0, rowsOf.findLastIndex((rows) => rows !== 0) + 1)) };
}

/** Where ranges of so many rows each start, one after the other, and one last entry: the end. */
export function startsOf(rowsOf: Int32Array): Int32Array {
  const starts = new Int32Array(rowsOf.length + 1);
  for (let range = 0; range < rowsOf.length; range++) starts[range + 1] = starts[range] + rowsOf[range];
  return starts;
}

/**
 * Takes a column from the order of the file to that of the part; shares its memory where the two are alike.
 * @param memory for the column otherwise; default: memory of its own
 */
export function orderColumn(column: Column, order: RowOrder, memory = new PartMemory()): Column {
  if (order === 'as-is') return column;
  switch (column.type) {
    case 'INT':
      return { type: 'INT', values: moveIntegers(column.values, order, memory), nulls: column.nulls && moveRows(column.nulls, memory.bytes(column.nulls.length), order) };
    case 'FLOAT':
      return { type: 'FLOAT', values: moveRows(column.values, memory.doubles(column.values.length), order) };
    case 'BOOL':
      return { type: 'BOOL', values: moveRows(column.values, memory.bytes(column.values.length), order) };
    case 'STRING':
      return { type: 'STRING', codes: moveCodes(column.codes, order, memory), get dictionary() { return column.dictionary; } };
  }
}

function moveCodes(codes: Codes, order: RowMoves, memory: PartMemory): Codes {
  return codes.areBytes ? Codes.ofBytes(moveRows(codes.bytes, memory.bytes(codes.length), order)) : Codes.ofIntegers(moveRows(codes.integers, memory.integers(codes.length), order));
}

/** 64-bit integers are moved as bit patterns: reading them as BigInt would allocate one per row. */
function moveIntegers(values: IntColumn['values'], order: RowMoves, memory: PartMemory): IntColumn['values'] {
  if (values instanceof Float64Array) return moveRows(values, memory.doubles(values.length), order);
  return ofHalves(values, movePairs(halvesOf(values), memory.integers(2 * values.length), order));
}

/** @returns `target`, with the values in the order of the part */
export function moveRows<Values extends Uint8Array | Int32Array | Float64Array>(source: Values, target: Values, { dealing, places }: RowMoves): Values {
  if (dealing === null) {
    for (let row = 0; row < places.length; row++) target[row] = source[places[row]];
    return target;
  }
  const { starts } = dealing;
  dealRows(source, target, dealing);
  const dealt = target.slice(0, longestRange(starts));
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const start = starts[partition];
    const end = starts[partition + 1];
    dealt.set(target.subarray(start, end));
    for (let row = start; row < end; row++) target[row] = dealt[places[row]];
  }
  return target;
}

/** As `moveRows`, of values in two halves each. */
function movePairs(source: Int32Array, target: Int32Array<ArrayBuffer>, { dealing, places }: RowMoves): Int32Array<ArrayBuffer> {
  if (dealing === null) {
    for (let row = 0; row < places.length; row++) {
      target[2 * row] = source[2 * places[row]];
      target[2 * row + 1] = source[2 * places[row] + 1];
    }
    return target;
  }
  const { starts } = dealing;
  dealPairs(source, target, dealing);
  const dealt = target.slice(0, 2 * longestRange(starts));
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const start = starts[partition];
    const end = starts[partition + 1];
    dealt.set(target.subarray(2 * start, 2 * end));
    for (let row = start; row < end; row++) {
      target[2 * row] = dealt[2 * places[row]];
      target[2 * row + 1] = dealt[2 * places[row] + 1];
    }
  }
  return target;
}

/** Deals values out to partitions. */
export function dealRows<Values extends Uint8Array | Int32Array | Float64Array>(source: Values, target: Values, { partitions, starts }: Dealing): void {
  const next = starts.slice();
  for (let row = 0; row < partitions.length; row++) target[next[partitions[row]]++] = source[row];
}

/** Deals values of two halves each out to partitions. */
export function dealPairs(source: Int32Array, target: Int32Array, { partitions, starts }: Dealing): void {
  const next = starts.slice();
  for (let row = 0; row < partitions.length; row++) {
    const place = next[partitions[row]]++;
    target[2 * place] = source[2 * row];
    target[2 * place + 1] = source[2 * row + 1];
  }
}

/** Moves that come to the same as one after the other. */
export function joinMoves(first: RowOrder, second: RowOrder): RowOrder {
  if (first === 'as-is') return second;
  if (second === 'as-is') return first;
  return { dealing: first.dealing, places: moveRows(first.places, new Int32Array(first.places.length), second) };
}

/** @param starts of ranges, and one last entry: the end */
export function longestRange(starts: Int32Array): number {
  let longest = 0;
  for (let range = 0; range + 1 < starts.length; range++) longest = Math.max(longest, starts[range + 1] - starts[range]);
  return longest;
}
