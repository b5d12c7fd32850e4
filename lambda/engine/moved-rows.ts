import { Codes } from './codes';
import type { Column, IntColumn } from './columns';
import { movingKernel, type Movable } from './kernels/moving-kernel';
import { halvesOf, ofHalves } from './number-table';
import { PartMemory } from './part-memory';
import { placePairs, placeRows } from './placed-rows';

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
      return { type: 'STRING', codes: moveCodes(column.codes, order, memory), dictionary: column.dictionary };
  }
}

function moveCodes(codes: Codes, order: RowMoves, memory: PartMemory): Codes {
  return codes.areBytes ? Codes.ofBytes(moveRows(codes.bytes, memory.bytes(codes.length), order)) : Codes.ofIntegers(moveRows(codes.integers, memory.integers(codes.length), order));
}

/** 64-bit integers are moved as bits: reading them as BigInt would allocate one per row. */
function moveIntegers(values: IntColumn['values'], order: RowMoves, memory: PartMemory): IntColumn['values'] {
  const target = memory.doubles(values.length);
  if (values instanceof Float64Array) return moveRows(values, target, order);
  const halves = halvesOf(target);
  if (order.dealing === null) placePairs(halvesOf(values), halves, order.places);
  else dealAndPlace(bitsOf(halvesOf(values)), target, order.dealing, order.places);
  return ofHalves(values, halves);
}

/** @returns `target`, with the values in the order of the part */
export function moveRows<Values extends Movable>(source: Values, target: Values, { dealing, places }: RowMoves): Values {
  if (dealing !== null) dealAndPlace(source, target, dealing, places);
  else placeRows(source, target, places);
  return target;
}

function dealAndPlace<Values extends Movable>(source: Values, target: Values, dealing: Dealing, places: Int32Array): void {
  const { starts } = dealing;
  dealRows(source, target, dealing);
  for (let partition = 0; partition + 1 < starts.length; partition++) {
    const [start, end] = [starts[partition], starts[partition + 1]];
    movingKernel().gather(target.subarray(start, end), places.subarray(start, end));
  }
}

/** Deals values out to partitions. */
export function dealRows<Values extends Movable>(source: Values, target: Values, { partitions, starts }: Dealing): void {
  movingKernel().deal(source, target, partitions, starts.slice(0, -1));
}

/** Halves of 64 bits as whole values, which are only to be moved: as doubles they mean nothing. */
export function bitsOf({ buffer, byteOffset, length }: Int32Array): Float64Array {
  return new Float64Array(buffer, byteOffset, length / 2);
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
