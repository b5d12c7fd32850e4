import { locateByteArrays } from './byte-arrays';
import { joinByteStreams } from './byte-stream-split';
import { Encoding, unexpectedEncoding } from './encoding';
import { MalformedError } from './errors';
import type { Kernels } from './kernels/kernels';
import { decodeDelta } from './page';

export type FixedWidthType = 'INT32' | 'INT64' | 'INT96' | 'FLOAT' | 'DOUBLE' | 'FIXED_LEN_BYTE_ARRAY';

/** How values of one width lie in a page. */
export interface FixedWidth {
  readonly physicalType: FixedWidthType;
  /** Bytes of a value. */
  readonly width: number;
}

/**
 * The `count` values of a page as PLAIN lays them out: little-endian, one after the other. Not copied where that is how
 * they are stored. In the kernels' memory, as `bytes` is, but for FIXED_LEN_BYTE_ARRAY.
 */
export function plainLayout(kernels: Kernels, encoding: number, { physicalType, width }: FixedWidth, bytes: Uint8Array, count: number): Uint8Array {
  if (encoding === Encoding.PLAIN) {
    if (count * width > bytes.length) throw new MalformedError(`${count} values of ${width} bytes in ${bytes.length} bytes`);
    return bytes.subarray(0, count * width);
  }
  if (encoding === Encoding.BYTE_STREAM_SPLIT && physicalType !== 'INT96') return joinByteStreams(kernels, bytes, count, width);
  if (encoding === Encoding.DELTA_BINARY_PACKED && (physicalType === 'INT32' || physicalType === 'INT64')) {
    const bytesPerValue = physicalType === 'INT64' ? 8 : 4;
    return kernels.bytes(decodeDelta(kernels, bytes, 0, count, bytesPerValue).values, count * bytesPerValue);
  }
  if (encoding === Encoding.DELTA_BYTE_ARRAY && physicalType === 'FIXED_LEN_BYTE_ARRAY') return joinFixedLength(kernels, bytes, count, width);
  return unexpectedEncoding(encoding, physicalType);
}

function joinFixedLength(kernels: Kernels, bytes: Uint8Array, count: number, width: number): Uint8Array {
  const arrays = locateByteArrays(kernels, Encoding.DELTA_BYTE_ARRAY, bytes, count);
  for (let i = 0; i < count; i++) {
    const length = arrays.ends[i] - arrays.starts[i];
    if (length !== width) throw new MalformedError(`a value of ${length} bytes in a column of ${width}`);
  }
  return arrays.bytes;
}

/** The bytes as 32-bit words (this code, like every platform Node runs on, is little-endian); copied only where they lie unaligned. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
}
