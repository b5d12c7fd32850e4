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
  readonly reset: () => void;
  readonly writeSync: (flush: number, input: Uint8Array, inputStart: number, inputBytes: number, output: Uint8Array, outputStart: number, outputBytes: number) => void;
}

interface EngineOfStream {
  readonly engine: Engine;
  readonly stream: zlib.BrotliDecompress;
  /** What is left of the output and of the input; not written where the engine fails. */
  readonly left: Uint32Array;
}

/**
 * By one engine for all pages, into memory that is there: `zstdDecompressSync` takes an engine and a buffer of its own for each, whose pages
 * of memory are new and set off collections of garbage (123 pages of 1 MB: 156 ms where this takes 119). Since nobody promises
 * that engines stay as they are, a page that one has not filled to the last byte is left to `zstdDecompressSync`. Of a filled one, a checksum that is cut off is not missed.
 */
function ofNode(decompressSync: DecompressSync, createStream: CreateStream): FillPage {
  let engine = engineOf(createStream());
  return (input, output) => {
    if (engine !== null) {
      if (hasFilled(engine, input, output)) return;
      engine.stream.destroy();
      engine = engineOf(createStream());
    }
    const decompressed = decompressSync(input, { maxOutputLength: output.length });
    refuseOtherLength(decompressed.length, output.length);
    output.set(decompressed);
  };
}

/** Null where streams are made otherwise. */
function engineOf(stream: zlib.BrotliDecompress): EngineOfStream | null {
  const { _handle: engine, _writeState: left } = stream as { _handle?: unknown; _writeState?: unknown };
  if (!isEngine(engine) || !(left instanceof Uint32Array)) return null;
  // The error is thrown by whoever is asked next; nobody listening would end the process.
  stream.on('error', () => undefined);
  return { engine, stream, left };
}

function isEngine(engine: unknown): engine is Engine {
  return typeof engine === 'object' && engine !== null && 'reset' in engine && typeof engine.reset === 'function' && 'writeSync' in engine && typeof engine.writeSync === 'function';
}

function hasFilled({ engine, stream, left }: EngineOfStream, input: Uint8Array, output: Uint8Array): boolean {
  left.fill(1);
  // Nothing of a page before is to go on, such as a frame that had no end.
  engine.reset();
  engine.writeSync(END, input, 0, input.length, output, 0, output.length);
  return !stream.destroyed && left[0] === 0 && left[1] === 0;
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
    // A promise is settled once: by what is loaded, if it is loaded here.
    withoutFetch(() => decoder.init()).then(() => reject(new Error('zstddec was readied by somebody else')), reject);
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
