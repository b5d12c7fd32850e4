import { MalformedError } from '../../../lambda/parquet/errors';

/** BYTE_STREAM_SPLIT: byte k of all values lies together; returns the values one after the other, `width` bytes each. */
export function joinByteStreams(bytes: Uint8Array, count: number, width: number): Uint8Array {
  if (count * width > bytes.length) throw new MalformedError(`${count} values of ${width} bytes in ${bytes.length} bytes`);
  const joined = new Uint8Array(count * width);
  for (let stream = 0; stream < width; stream++) {
    const start = stream * count;
    for (let i = 0, to = stream; i < count; i++, to += width) joined[to] = bytes[start + i];
  }
  return joined;
}
