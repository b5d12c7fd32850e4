import { MalformedError } from './errors';
import type { Address, Kernels } from './kernels/kernels';
import { hybridOutcome } from './kernels/outcomes';

/** How many rows of a page have a value, and a byte per row that is 1 where it is null; null where none is. */
export interface Levels {
  readonly present: number;
  readonly nulls: Address | null;
}

/** Definition levels (0 null, 1 present) in the hybrid, one bit wide; `bytes` lie in the kernels' memory. */
export function readLevels(kernels: Kernels, bytes: Uint8Array, rows: number): Levels {
  const mask = kernels.allocate(rows);
  const outcome = kernels.run.readLevels(bytes.byteOffset, bytes.byteOffset + bytes.length, rows, mask);
  const present = hybridOutcome(kernels, outcome, 'definition levels', rows, 2, 'rows');
  return { present, nulls: present === rows ? null : mask };
}

/** Levels in the deprecated BIT_PACKED encoding: the most significant bit first, no header. */
export function readBitPackedLevels(kernels: Kernels, bytes: Uint8Array, rows: number): Levels {
  if (Math.ceil(rows / 8) > bytes.length) throw new MalformedError(`definition levels of ${rows} rows in ${bytes.length} bytes`);
  const address = kernels.allocate(rows);
  const mask = kernels.bytes(address, rows);
  let present = 0;
  for (let row = 0; row < rows; row++) {
    const level = (bytes[row >>> 3] >>> (7 - (row & 7))) & 1;
    mask[row] = 1 - level;
    present += level;
  }
  return { present, nulls: present === rows ? null : address };
}
