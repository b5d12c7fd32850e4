import { MalformedError } from '../errors';
import type { Kernels } from './kernels';

/** Numbers of assembly/outcome.ts. */
const ENDS_EARLY = -1;
const ENDS_WITHIN_RUN = -2;
const OUT_OF_RANGE = -3;
const BAD_BLOCKS = -5;
const OTHER_COUNT = -6;
const TOO_FEW_BYTES = -7;
const NUMBER_TOO_LONG = -8;
const NUMBER_TOO_LARGE = -9;
const TOO_LONG = -10;

/** Throws what went wrong in the hybrid of run lengths and bit-packing; returns what did not. */
export function hybridOutcome(kernels: Kernels, outcome: number, what: string, count: number, limit: number, unit = 'values'): number {
  if (outcome >= 0) return outcome;
  const { detail } = kernels;
  switch (outcome) {
    case ENDS_EARLY:
      throw new MalformedError(`${what} end after ${detail} of ${count} ${unit}`);
    case ENDS_WITHIN_RUN:
      throw new MalformedError(`${what} end within a run, after ${detail} of ${count} ${unit}`);
    case OUT_OF_RANGE:
      throw new MalformedError(`${detail} where a number below ${limit} is expected`);
    default:
      throw new Error(`no such outcome: ${outcome}`);
  }
}

/** The same for deltas. */
export function deltaOutcome(kernels: Kernels, outcome: number, count: number, bytes: number): number {
  if (outcome >= 0) return outcome;
  const { detail } = kernels;
  switch (outcome) {
    case ENDS_EARLY:
      throw new MalformedError(detail === 0 ? 'delta-encoded data end within a number' : `delta-encoded data end ${detail} values early`);
    case BAD_BLOCKS:
      throw new MalformedError(`delta blocks of ${detail} values, not to be divided into miniblocks of whole bytes`);
    case OTHER_COUNT:
      throw new MalformedError(`${detail} delta-encoded values where ${count} are expected`);
    case TOO_FEW_BYTES:
      throw new MalformedError(`${count} delta-encoded values in ${bytes} bytes`);
    case NUMBER_TOO_LONG:
      throw new MalformedError('a delta-encoded number longer than 10 bytes');
    case NUMBER_TOO_LARGE:
      throw new MalformedError('a delta header with a number beyond 32 bits');
    default:
      throw new Error(`no such outcome: ${outcome}`);
  }
}

/** The same for byte arrays, each behind its length; `bytes` is where they were looked for. */
export function byteArraysOutcome(kernels: Kernels, outcome: number, bytes: Uint8Array, count: number): void {
  if (outcome >= 0) return;
  const { detail } = kernels;
  switch (outcome) {
    case ENDS_EARLY:
      throw endsAfter(detail, count);
    case TOO_LONG:
      throw tooLong(bytes, detail);
    default:
      throw new Error(`no such outcome: ${outcome}`);
  }
}

/** What is wrong with a page that ends within the length of a byte array. */
export function endsAfter(done: number, count: number): MalformedError {
  return new MalformedError(`the page ends after ${done} of ${count} byte arrays`);
}

/** What is wrong with a byte array that begins, with its length, at `position` and ends beyond the page's `bytes`. */
export function tooLong(bytes: Uint8Array, position: number): MalformedError {
  return new MalformedError(`a byte array of ${new DataView(bytes.buffer, bytes.byteOffset).getUint32(position, true)} bytes, ${bytes.length - position - 4} are left`);
}
