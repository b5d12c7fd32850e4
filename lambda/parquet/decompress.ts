import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { CompressionCodec } from 'hyparquet';
import { snappyUncompressor } from 'hysnappy';
import { ZSTDDecoder } from 'zstddec';
import { MalformedError } from './errors';
import { decompressLz4, decompressLz4Block } from './lz4';

/** Decompresses a page to exactly `size` bytes, or throws. The result may be the input itself. */
export type Decompress = (input: Uint8Array, size: number) => Uint8Array;

/** Pages larger than this are refused rather than allocated: writers aim at 1 MiB. */
const LARGEST_PAGE = 1 << 29;

/** Readies a codec (the WASM ones are instantiated once per process). Null for a codec that this reader does not read. */
export async function decompressorFor(codec: CompressionCodec): Promise<Decompress | null> {
  const codecDecompress = await codecs[codec]();
  if (codecDecompress === null) return null;
  return (input, size) => {
    if (size > LARGEST_PAGE) throw new MalformedError(`a page of ${size} bytes, more than the ${LARGEST_PAGE} allowed`);
    const output = size === 0 ? new Uint8Array(0) : codecDecompress(input, size);
    if (output.length !== size) throw new MalformedError(`${output.length} bytes after decompression where ${size} are expected`);
    return output;
  };
}

/** The most that a byte of compressed data can become, so that a size that lies is not allocated. */
const GREATEST_EXPANSION = { SNAPPY: 22, LZ4: 256, ZSTD: 1 << 16 };

const codecs: Readonly<Record<CompressionCodec, () => Promise<Decompress | null>>> = {
  UNCOMPRESSED: () => Promise.resolve((input) => input),
  SNAPPY: () => Promise.resolve(snappy()),
  GZIP: () => Promise.resolve((input, size) => gunzipSync(input, zlibLimits(size))),
  BROTLI: () => Promise.resolve((input, size) => brotliDecompressSync(input, zlibLimits(size))),
  ZSTD: zstd,
  LZ4: () => Promise.resolve((input, size) => decompressLz4(input, plausible(input, size, GREATEST_EXPANSION.LZ4))),
  LZ4_RAW: () => Promise.resolve((input, size) => decompressLz4Block(input, plausible(input, size, GREATEST_EXPANSION.LZ4))),
  LZO: () => Promise.resolve(null),
};

/** A spare byte lets zlib see the end of the stream without another round. */
function zlibLimits(size: number): { chunkSize: number; maxOutputLength: number } {
  return { chunkSize: Math.max(64, Math.min(size + 1, 1 << 20)), maxOutputLength: size };
}

function plausible(input: Uint8Array, size: number, expansion: number): number {
  if (size > (input.length + 64) * expansion) throw new MalformedError(`${size} bytes cannot come of ${input.length} compressed ones`);
  return size;
}

let loadedSnappy: Decompress | null = null;

function snappy(): Decompress {
  loadedSnappy ??= snappyUncompressor();
  const uncompress = loadedSnappy;
  return (input, size) => {
    // The WASM trusts the length that the data begin with, so that has to be checked here.
    const stated = snappyLength(input);
    if (stated !== size) throw new MalformedError(`Snappy data of ${stated} bytes where ${size} are expected`);
    return uncompress(input, plausible(input, size, GREATEST_EXPANSION.SNAPPY));
  };
}

function snappyLength(input: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5 && i < input.length; i++) {
    length += (input[i] & 0x7f) * 2 ** (7 * i);
    if (input[i] < 0x80) return length;
  }
  throw new MalformedError('Snappy data without a length');
}

async function zstd(): Promise<Decompress> {
  const decoder = new ZSTDDecoder();
  await decoder.init();
  return (input, size) => decoder.decode(input, plausible(input, size, GREATEST_EXPANSION.ZSTD));
}
