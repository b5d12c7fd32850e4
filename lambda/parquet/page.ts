import { MalformedError } from './errors';
import type { Address, Kernels } from './kernels/kernels';
import { deltaOutcome, hybridOutcome } from './kernels/outcomes';

/** A data page, decompressed: its present values, and which of its rows have none. */
export interface Page {
  readonly kernels: Kernels;
  readonly encoding: number;
  /** The encoded values, in the kernels' memory. */
  readonly bytes: Uint8Array;
  /** How many values there are. */
  readonly present: number;
  readonly firstRow: number;
  readonly rows: number;
  /** A byte per row, 1 where the row is null; null where none is. */
  readonly nulls: Address | null;
}

/** What a page's decoding may allocate in the kernels' memory beside its bytes, at most: bytes per row, and regions. */
export const SCRATCH_PER_ROW = 40;
export const SCRATCH_REGIONS = 11;

/** Takes 64-bit values, one per present row, to where there is one per row, `none` where it is null. */
export function spread64({ kernels, nulls, rows }: Page, values: Address, none: number): Address {
  if (nulls === null) return values;
  const out = kernels.allocate(rows * 8);
  kernels.run.spread64(values, nulls, rows, none, out);
  return out;
}

/** The same for 32-bit values. */
export function spread32({ kernels, nulls, rows }: Page, values: Address, none: number): Address {
  if (nulls === null) return values;
  const out = kernels.allocate(rows * 4);
  kernels.run.spread32(values, nulls, rows, none, out);
  return out;
}

/** The same for 8-bit values. */
export function spread8({ kernels, nulls, rows }: Page, values: Address, none: number): Address {
  if (nulls === null) return values;
  const out = kernels.allocate(rows);
  kernels.run.spread8(values, nulls, rows, none, out);
  return out;
}

/** A table in the kernels' memory by which indices are replaced. */
export interface LookupTable {
  readonly size: number;
  /** Entries; null: each index stands for itself. */
  readonly entries: Address | null;
}

/** Decodes the indices of a dictionary-coded page (a byte with the width, then the hybrid) to entries of 64 bits. */
export function lookUp64(page: Page, table: LookupTable & { readonly entries: Address }): Address {
  const { kernels, bytes, present } = page;
  const width = indexWidth(bytes);
  const out = kernels.allocate(present * 8);
  const start = bytes.byteOffset;
  return checked(page, table, kernels.run.gather64(start + 1, start + bytes.length, width, table.size, present, table.entries, out), out);
}

/** The same to entries of 32 bits, or to the indices themselves. */
export function lookUp32(page: Page, table: LookupTable): Address {
  const { kernels, bytes, present } = page;
  const width = indexWidth(bytes);
  const out = kernels.allocate(present * 4);
  const start = bytes.byteOffset;
  const end = start + bytes.length;
  const outcome = table.entries === null
    ? kernels.run.decodeIndices(start + 1, end, width, table.size, present, out)
    : kernels.run.gather32(start + 1, end, width, table.size, present, table.entries, out);
  return checked(page, table, outcome, out);
}

/** The same to entries of 8 bits. */
export function lookUp8(page: Page, table: LookupTable & { readonly entries: Address }): Address {
  const { kernels, bytes, present } = page;
  const width = indexWidth(bytes);
  const out = kernels.allocate(present);
  const start = bytes.byteOffset;
  return checked(page, table, kernels.run.gather8(start + 1, start + bytes.length, width, table.size, present, table.entries, out), out);
}

function checked({ kernels, present }: Page, { size }: LookupTable, outcome: number, out: Address): Address {
  hybridOutcome(kernels, outcome, 'run-length encoded data', present, size);
  return out;
}

function indexWidth(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new MalformedError('a dictionary-coded page without data');
  if (bytes[0] > 32) throw new MalformedError(`integers of ${bytes[0]} bits in a run-length encoding, at most 32 are possible`);
  return bytes[0];
}

/** DELTA_BINARY_PACKED values of 4 or 8 bytes, in the kernels' memory as `bytes` is; `end`: where in `bytes` the encoding ends. */
export function decodeDelta(kernels: Kernels, bytes: Uint8Array, start: number, count: number, width: 4 | 8): { readonly values: Address; readonly end: number } {
  const values = kernels.allocate(count * width);
  const decode = width === 4 ? kernels.run.decodeDelta32 : kernels.run.decodeDelta64;
  const outcome = decode(bytes.byteOffset + start, bytes.byteOffset + bytes.length, count, values);
  return { values, end: start + deltaOutcome(kernels, outcome, count, bytes.length - start) };
}

/** The chunk's dictionary, which a dictionary-coded page must have before it. */
export function required<Dictionary>(dictionary: Dictionary | null): Dictionary {
  if (dictionary === null) throw new MalformedError('a dictionary-coded page without a dictionary page before it');
  return dictionary;
}
