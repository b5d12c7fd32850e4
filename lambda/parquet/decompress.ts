import * as zlib from 'node:zlib';
import type { CompressionCodec } from 'hyparquet';
import { MalformedError } from './errors';
import type { Kernels } from './kernels/kernels';
import { decompressLz4, decompressLz4Block } from './lz4';
import { readyZstd } from './zstd';

/** A codec. Both throw a `MalformedError`, or whatever the library throws. */
export interface Decompress {
  /** Refuses a page that is too large, or larger than so many compressed bytes can become. To be asked before memory is reserved. */
  readonly check: (compressed: number, size: number) => void;
  /** Decompresses (part of) a page to exactly `size` bytes in the kernels' memory. */
  readonly run: (kernels: Kernels, input: Uint8Array, size: number) => Uint8Array;
}

/** Regions of the kernels' memory, and how many bytes in all, that decompression may allocate. */
export const DECOMPRESSION_REGIONS = 2;
export const decompressionBytes = (compressed: number, decompressed: number): number => compressed + decompressed;

/** Pages larger than this are refused rather than allocated: writers aim at 1 MiB. */
const LARGEST_PAGE = 1 << 29;

/** Readies a codec. Null for a codec that this reader does not read. */
export async function decompressorFor(codec: CompressionCodec): Promise<Decompress | null> {
  const check = (compressed: number, size: number): void => refuseImplausible(codec, compressed, size);
  if (codec === 'SNAPPY') return { check, run: decompressSnappy };
  if (codec === 'ZSTD') return { check, run: await decompressZstd() };
  const codecDecompress = codecs[codec];
  if (codecDecompress === null) return null;
  const run = (kernels: Kernels, input: Uint8Array, size: number): Uint8Array => {
    const output = size === 0 ? new Uint8Array(0) : codecDecompress(input, size);
    refuseOtherLength(output.length, size);
    return kernels.copyIn(output);
  };
  return { check, run };
}

function refuseOtherLength(found: number, expected: number): void {
  if (found !== expected) throw new MalformedError(`${found} bytes after decompression where ${expected} are expected`);
}

function refuseImplausible(codec: CompressionCodec, compressed: number, size: number): void {
  if (size > LARGEST_PAGE) throw new MalformedError(`a page of ${size} bytes, more than the ${LARGEST_PAGE} allowed`);
  const expansion = GREATEST_EXPANSION[codec];
  if (expansion !== undefined && size > (compressed + 64) * expansion) throw new MalformedError(`${size} bytes cannot come of ${compressed} compressed ones`);
}

/** The most that a byte of compressed data can become, so that a size that lies is not allocated. */
const GREATEST_EXPANSION: Readonly<Partial<Record<CompressionCodec, number>>> = { UNCOMPRESSED: 1, SNAPPY: 22, LZ4: 256, LZ4_RAW: 256, GZIP: 1032, ZSTD: 1 << 16 };

type CodecDecompress = (input: Uint8Array, size: number) => Uint8Array;

const codecs: Readonly<Record<Exclude<CompressionCodec, 'SNAPPY' | 'ZSTD'>, CodecDecompress | null>> = {
  UNCOMPRESSED: (input) => input,
  GZIP: (input, size) => zlib.gunzipSync(input, zlibLimits(size)),
  BROTLI: (input, size) => zlib.brotliDecompressSync(input, zlibLimits(size)),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Block,
  LZO: null,
};

/** A spare byte lets zlib see the end of the stream without another round. */
function zlibLimits(size: number): { chunkSize: number; maxOutputLength: number } {
  return { chunkSize: Math.max(64, Math.min(size + 1, 1 << 20)), maxOutputLength: size };
}

async function decompressZstd(): Promise<Decompress['run']> {
  const decompressAny = await readyZstd();
  return (kernels, input, size) => {
    const from = kernels.copyIn(input).byteOffset;
    const to = kernels.allocate(size);
    const output = kernels.bytes(to, size);
    if (size > 0 && kernels.run.decompressZstd(from, from + input.length, to, to + size) < 0) {
      const decompressed = decompressAny(input, size);
      refuseOtherLength(decompressed.length, size);
      output.set(decompressed);
    }
    return output;
  };
}

function decompressSnappy(kernels: Kernels, input: Uint8Array, size: number): Uint8Array {
  const { length: stated, start } = snappyLength(input);
  if (stated !== size) throw new MalformedError(`Snappy data of ${stated} bytes where ${size} are expected`);
  const from = kernels.copyIn(input).byteOffset;
  const to = kernels.allocate(size);
  if (kernels.run.decompressSnappy(from + start, from + input.length, to, to + size) < 0) {
    throw new MalformedError(`Snappy data that are damaged after ${kernels.detail} of ${size} bytes`);
  }
  return kernels.bytes(to, size);
}

function snappyLength(input: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0;
  for (let i = 0; i < 5 && i < input.length; i++) {
    length += (input[i] & 0x7f) * 2 ** (7 * i);
    if (input[i] < 0x80) return { length, start: i + 1 };
  }
  throw new MalformedError('Snappy data without a length');
}
