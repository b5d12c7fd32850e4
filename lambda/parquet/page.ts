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

/** Bytes of a value. */
type Width = 1 | 4 | 8;

const SPREAD = { 1: 'spread8', 4: 'spread32', 8: 'spread64' } as const;

/** Takes values, one per present row, to where there is one per row, `none` where it is null. */
export function spread({ kernels, nulls, rows }: Page, values: Address, width: Width, none: number): Address {
  if (nulls === null) return values;
  const out = kernels.allocate(rows * width);
  kernels.run[SPREAD[width]](values, nulls, rows, none, out);
  return out;
}

/** A table in the kernels' memory by which indices are replaced. */
export interface LookupTable {
  readonly size: number;
  readonly entries: Address;
}

const GATHER = { 1: 'gather8', 4: 'gather32', 8: 'gather64' } as const;

/** Decodes the indices of a dictionary-coded page (a byte with the width, then the hybrid) to entries of a table. */
export function lookUp(page: Page, { size, entries }: LookupTable, width: Width): Address {
  const { kernels, bytes, present } = page;
  const out = kernels.allocate(present * width);
  const start = bytes.byteOffset;
  return checked(page, size, kernels.run[GATHER[width]](start + 1, start + bytes.length, indexWidth(bytes), size, present, entries, out), out);
}

/** The same to the indices themselves, of 32 bits, which are below `size`. */
export function indicesOf(page: Page, size: number): Address {
  const { kernels, bytes, present } = page;
  const out = kernels.allocate(present * 4);
  const start = bytes.byteOffset;
  return checked(page, size, kernels.run.decodeIndices(start + 1, start + bytes.length, indexWidth(bytes), size, present, out), out);
}

function checked({ kernels, present }: Page, size: number, outcome: number, out: Address): Address {
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
