import { unpackBits } from './bit-packing';
import { MalformedError } from '../../../lambda/parquet/errors';

/**
 * Decodes `count` integers of the RLE / bit-packing hybrid (Encodings.md of apache/parquet-format) into `out` from
 * `offset`. Every integer must be below `limit`. Bytes left over are ignored: writers pad the last run.
 */
export function decodeHybrid(bytes: Uint8Array, start: number, end: number, width: number, limit: number, count: number, out: Int32Array, offset: number): void {
  if (width > 32) throw new MalformedError(`integers of ${width} bits in a run-length encoding, at most 32 are possible`);
  const stop = offset + count;
  const valueBytes = (width + 7) >>> 3;
  let position = start;
  let next = offset;
  while (next < stop) {
    let header = 0;
    let shift = 0;
    let byte: number;
    do {
      if (position >= end || shift > 28) throw new MalformedError(`run-length encoded data end after ${next - offset} of ${count} values`);
      byte = bytes[position++];
      header |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    const length = header >>> 1;
    const left = stop - next;
    if ((header & 1) === 1) {
      const values = Math.min(length * 8, left);
      if (Math.ceil((values * width) / 8) > end - position) throw new MalformedError(`run-length encoded data end within a run, after ${next - offset} of ${count} values`);
      const all = unpackBits(bytes, position, width, values, out, next) >>> 0;
      if (all >= limit) checkBelow(out, next, next + values, limit);
      position += length * width;
      next += values;
    } else {
      if (valueBytes > end - position) throw new MalformedError(`run-length encoded data end within a run, after ${next - offset} of ${count} values`);
      let value = 0;
      for (let i = 0; i < valueBytes; i++) value |= bytes[position++] << (8 * i);
      const values = Math.min(length, left);
      if (value >>> 0 >= limit && values > 0) outOfRange(value, limit);
      out.fill(value, next, next + values);
      next += values;
    }
  }
}

function checkBelow(values: Int32Array, start: number, stop: number, limit: number): void {
  for (let i = start; i < stop; i++) if (values[i] >>> 0 >= limit) outOfRange(values[i], limit);
}

function outOfRange(value: number, limit: number): never {
  throw new MalformedError(`${value >>> 0} where a number below ${limit} is expected`);
}

/** Decodes the indices of a dictionary-coded page: a byte with the width, then the hybrid. */
export function decodeDictionaryIndices(bytes: Uint8Array, dictionarySize: number, count: number, out: Int32Array, offset: number): void {
  if (bytes.length === 0) throw new MalformedError('a dictionary-coded page without data');
  decodeHybrid(bytes, 1, bytes.length, bytes[0], dictionarySize, count, out, offset);
}
