import * as zlib from 'node:zlib';
import { MalformedError } from './errors';

/** Decompresses a page so that it fills `output`. Throws a `MalformedError` where it does not, or whatever the library throws. */
export type FillPage = (input: Uint8Array, output: Uint8Array) => void;

/** Readies Zstandard: Node.js's own, from 22.15 on and so in Lambda, or a library's. */
export async function readyZstd(): Promise<FillPage> {
  return zstdDecompressSync === undefined || createZstdDecompress === undefined ? ofLibrary() : ofNode(zstdDecompressSync, createZstdDecompress);
}

type DecompressSync = typeof zlib.brotliDecompressSync;
type CreateStream = () => zlib.BrotliDecompress;

/** The types of Node.js 20 do not have them. */
const { zstdDecompressSync, createZstdDecompress } = zlib as { zstdDecompressSync?: DecompressSync; createZstdDecompress?: CreateStream };

/** Of a stream's engine: the input is all there is. */
const END = 2;

/** What streams of `node:zlib` run on, as it has been since Node.js 11. Other packages call it as well, `pngjs` for one. */
interface Engine {
  readonly writeSync: (flush: number, input: Uint8Array, inputStart: number, inputBytes: number, output: Uint8Array, outputStart: number, outputBytes: number) => void;
}

/**
 * By one engine for all pages, into memory that is there: `zstdDecompressSync` takes an engine and a buffer of its own for each, whose pages
 * of memory are new and set off collections of garbage (123 pages of 1 MB: 160 ms where this takes 123). Since nobody promises
 * that engines stay as they are, what one has not filled to the last byte is left to `zstdDecompressSync`.
 */
function ofNode(decompressSync: DecompressSync, createStream: CreateStream): FillPage {
  let stream = createStream();
  return (input, output) => {
    if (hasFilled(stream, input, output)) return;
    stream.destroy();
    stream = createStream();
    const decompressed = decompressSync(input, { maxOutputLength: output.length });
    refuseOtherLength(decompressed.length, output.length);
    output.set(decompressed);
  };
}

function hasFilled(stream: zlib.BrotliDecompress, input: Uint8Array, output: Uint8Array): boolean {
  const { _handle: engine, _writeState: left } = stream as { _handle?: unknown; _writeState?: unknown };
  if (!isEngine(engine) || !(left instanceof Uint32Array)) return false;
  // The error is thrown by whoever is asked next; nobody listening would end the process.
  if (stream.listenerCount('error') === 0) stream.on('error', () => undefined);
  // A frame that has ended is followed by the next. What is left of the output and the input is not written where it fails.
  left.fill(1);
  engine.writeSync(END, input, 0, input.length, output, 0, output.length);
  return !stream.destroyed && left[0] === 0 && left[1] === 0;
}

function isEngine(engine: unknown): engine is Engine {
  return typeof engine === 'object' && engine !== null && 'writeSync' in engine && typeof engine.writeSync === 'function';
}

/** What the library's WebAssembly gives. */
interface LibraryExports {
  readonly memory: WebAssembly.Memory;
  readonly malloc: (bytes: number) => number;
  readonly free: (address: number) => void;
  readonly ZSTD_decompress: (output: number, outputBytes: number, input: number, inputBytes: number) => number;
  readonly ZSTD_isError: (result: number) => number;
}

let library: Promise<LibraryExports> | null = null;

/** By the library's WebAssembly itself, into memory that is there: the library has an array of its own for each page. */
async function ofLibrary(): Promise<FillPage> {
  library ??= loadLibrary();
  const { memory, malloc, free, ZSTD_decompress: decompress, ZSTD_isError: isError } = await library;
  return (input, output) => {
    const [inputAt, outputAt] = [malloc(input.length), malloc(output.length)];
    try {
      if (inputAt === 0 || outputAt === 0) throw new RangeError(`no memory for a page of ${output.length} bytes`);
      new Uint8Array(memory.buffer, inputAt, input.length).set(input);
      const bytes = decompress(outputAt, output.length, inputAt, input.length);
      refuseOtherLength(isError(bytes) === 0 ? bytes : 0, output.length);
      output.set(new Uint8Array(memory.buffer, outputAt, bytes));
    } finally {
      free(inputAt);
      free(outputAt);
    }
  };
}

async function loadLibrary(): Promise<LibraryExports> {
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  return new Promise((resolve, reject) => {
    decoder._init = (loaded) => {
      ZSTDDecoder.prototype._init(loaded);
      resolve(loaded.instance.exports as LibraryExports);
    };
    withoutFetch(() => decoder.init()).catch(reject);
  });
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

function refuseOtherLength(found: number, expected: number): void {
  if (found !== expected) throw new MalformedError(`${found} bytes after decompression where ${expected} are expected`);
}
