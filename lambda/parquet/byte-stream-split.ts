import { MalformedError } from './errors';
import type { Kernels } from './kernels/kernels';

/** BYTE_STREAM_SPLIT: byte k of all values lies together; returns the values one after the other, `width` bytes each. */
export function joinByteStreams(kernels: Kernels, bytes: Uint8Array, count: number, width: number): Uint8Array {
  if (count * width > bytes.length) throw new MalformedError(`${count} values of ${width} bytes in ${bytes.length} bytes`);
  if (width === 4 || width === 8) {
    const address = kernels.allocate(count * width);
    kernels.run[width === 4 ? 'joinStreams4' : 'joinStreams8'](bytes.byteOffset, count, address);
    return kernels.bytes(address, count * width);
  }
  const joined = new Uint8Array(count * width);
  for (let stream = 0; stream < width; stream++) {
    const start = stream * count;
    for (let i = 0, to = stream; i < count; i++, to += width) joined[to] = bytes[start + i];
  }
  return joined;
}
