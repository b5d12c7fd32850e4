import * as zlib from 'node:zlib';
import { MalformedError } from './errors';

/** Decompresses a frame of so many bytes, or throws whatever the library throws. */
export type DecompressFrame = (input: Uint8Array, size: number) => Uint8Array;

/**
 * Readies Zstandard for what the kernel leaves: frames that are damaged or unusual, of which a library has the last word. Node.js's own, from
 * 22.15 on and so in Lambda, or another.
 */
export async function readyZstd(): Promise<DecompressFrame> {
  if (zstdDecompressSync !== undefined) return (input, size) => zstdDecompressSync(input, { maxOutputLength: size });
  library ??= loadLibrary();
  return library;
}

/** The types of Node.js 20 do not have it. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: typeof zlib.brotliDecompressSync };

/** The library does not look whether it has been given the memory that it asked for. */
const MOST_OF_LIBRARY = 2 ** 26;

let library: Promise<DecompressFrame> | null = null;

async function loadLibrary(): Promise<DecompressFrame> {
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await withoutFetch(() => decoder.init());
  return (input, size) => {
    if (size > MOST_OF_LIBRARY) throw new MalformedError(`a Zstandard page of ${size} bytes that is damaged or unusual: before 22.15, Node.js takes such ones of up to ${MOST_OF_LIBRARY}`);
    return decoder.decode(input, size);
  };
}

/**
 * Where there is `fetch`, the decoder gets its WebAssembly by it, from a data URL: some 50 ms, most of them for loading Node's
 * HTTP client. Without, it takes the bytes as they are, in one or two.
 */
function withoutFetch<Result>(begin: () => Result): Result {
  const { fetch } = globalThis;
  try {
    Object.assign(globalThis, { fetch: undefined });
    return begin();
  } finally {
    Object.assign(globalThis, { fetch });
  }
}
