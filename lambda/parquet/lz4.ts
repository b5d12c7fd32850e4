import { MalformedError } from './errors';

const FRAME_MAGIC = 0x184d2204;
const SMALLEST_MATCH = 4;

/** One LZ4 block (lz4_Block_format.md of lz4/lz4) that must fill `size` bytes exactly. */
export function decompressLz4Block(input: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  const written = decodeBlock(input, 0, input.length, output, 0);
  if (written !== size) throw new MalformedError(`an LZ4 block of ${written} bytes where ${size} are expected`);
  return output;
}

/**
 * Parquet's deprecated LZ4 codec: the framing of Hadoop's Lz4Codec (per block its size before and after compression,
 * big-endian), for which some writers put a plain block or an LZ4 frame. Tried in the order of the Arrow C++ reader, the
 * frame first since its magic number tells it.
 */
export function decompressLz4(input: Uint8Array, size: number): Uint8Array {
  if (input.length >= 7 && uint32(input, 0) === FRAME_MAGIC) return decompressFrame(input, size);
  return decompressHadoop(input, size) ?? decompressLz4Block(input, size);
}

/** Null where the sizes do not add up, as in bytes that are not framed by Hadoop. */
function decompressHadoop(input: Uint8Array, size: number): Uint8Array | null {
  const output = new Uint8Array(size);
  let from = 0;
  let to = 0;
  while (from < input.length) {
    if (input.length - from < 8) return null;
    const decompressed = bigEndian32(input, from);
    const compressed = bigEndian32(input, from + 4);
    from += 8;
    if (compressed > input.length - from || decompressed > size - to) return null;
    try {
      if (decodeBlock(input, from, from + compressed, output, to) !== to + decompressed) return null;
    } catch (error) {
      if (error instanceof MalformedError) return null;
      throw error;
    }
    from += compressed;
    to += decompressed;
  }
  return to === size ? output : null;
}

/** An LZ4 frame (lz4_Frame_format.md of lz4/lz4), its checksums not verified. */
function decompressFrame(input: Uint8Array, size: number): Uint8Array {
  const output = new Uint8Array(size);
  const flags = input[4];
  const blockChecksum = (flags & 0x10) !== 0 ? 4 : 0;
  let from = 7 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0);
  let to = 0;
  for (;;) {
    if (input.length - from < 4) throw new MalformedError('an LZ4 frame that ends early');
    const header = uint32(input, from);
    from += 4;
    if (header === 0) break;
    const length = header & 0x7fffffff;
    if (length > input.length - from) throw new MalformedError('an LZ4 frame that ends early');
    if (header >= 0x80000000) {
      if (length > size - to) throw new MalformedError(`an LZ4 frame of more than the ${size} bytes expected`);
      output.set(input.subarray(from, from + length), to);
      to += length;
    } else to = decodeBlock(input, from, from + length, output, to);
    from += length + blockChecksum;
  }
  if (to !== size) throw new MalformedError(`an LZ4 frame of ${to} bytes where ${size} are expected`);
  return output;
}

/** Decodes one block to `output` from `start`, where earlier blocks may be referred to; returns where it ends. */
function decodeBlock(input: Uint8Array, begin: number, end: number, output: Uint8Array, start: number): number {
  let from = begin;
  let to = start;
  while (from < end) {
    const token = input[from++];
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= end) throw new MalformedError('an LZ4 block that ends within a length');
        more = input[from++];
        literals += more;
      }
    }
    if (literals > end - from || literals > output.length - to) throw new MalformedError('an LZ4 literal beyond the end of its block');
    if (literals < 32) for (let i = 0; i < literals; i++) output[to++] = input[from++];
    else {
      output.set(input.subarray(from, from + literals), to);
      from += literals;
      to += literals;
    }
    if (from >= end) break;
    if (end - from < 2) throw new MalformedError('an LZ4 block that ends within an offset');
    const distance = input[from] | (input[from + 1] << 8);
    from += 2;
    if (distance === 0 || distance > to) throw new MalformedError(`an LZ4 match ${distance} bytes back, ${to} have been written`);
    let match = (token & 15) + SMALLEST_MATCH;
    if ((token & 15) === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= end) throw new MalformedError('an LZ4 block that ends within a length');
        more = input[from++];
        match += more;
      }
    }
    if (match > output.length - to) throw new MalformedError('an LZ4 match beyond the end of its block');
    if (distance >= match && match >= 32) {
      output.copyWithin(to, to - distance, to - distance + match);
      to += match;
    } else for (let stop = to + match; to < stop; to++) output[to] = output[to - distance];
  }
  return to;
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

function bigEndian32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
