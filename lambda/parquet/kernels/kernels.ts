import { MalformedError } from '../errors';
import { kernelsBinary } from './binary';

/** Position in the kernels' memory, in bytes. */
export type Address = number;

/** Functions of assembly/*.ts: sizes in bytes, `end` exclusive, negative results as in assembly/outcome.ts. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly detail: WebAssembly.Global;
  readonly heapBase: () => Address;
  readonly decompressSnappy: (src: Address, srcEnd: Address, dst: Address, dstEnd: Address) => number;
  readonly decompressZstd: (src: Address, srcEnd: Address, dst: Address, dstEnd: Address) => number;
  readonly decodeIndices: (src: Address, end: Address, width: number, limit: number, count: number, out: Address) => number;
  readonly gather32: (src: Address, end: Address, width: number, limit: number, count: number, table: Address, out: Address) => number;
  readonly placeStates: (states: Address, count: number) => void;
  readonly acceptTexts: (at: Address, end: Address, count: number, start: Address, accepted: Address, bit: number, codes: Address) => number;
  readonly judgeTexts: (at: Address, end: Address, count: number, needles: Address, needleCount: number, codes: Address, firsts: Address) => number;
  readonly gather8: (src: Address, end: Address, width: number, limit: number, count: number, table: Address, out: Address) => number;
  readonly gather64: (src: Address, end: Address, width: number, limit: number, count: number, table: Address, out: Address) => number;
  readonly decodeDelta32: (src: Address, end: Address, count: number, out: Address) => number;
  readonly decodeDelta64: (src: Address, end: Address, count: number, out: Address) => number;
  readonly emptyArena: (arena: Address) => void;
  readonly codeTexts: (
    text: Address, end: Address, count: number, table: Address, slots: number, places: number, arena: Address, seed: number, most: number, codes: Address,
  ) => number;
  readonly codeAscending: (text: Address, end: Address, count: number, arena: Address, codes: Address) => number;
  readonly enterTexts: (table: Address, slots: number, places: number, arena: Address, seed: number) => void;
  readonly joinTexts: (arena: Address, starts: Address) => number;
  readonly layOutPlain: (text: Address, starts: Address, ends: Address, count: number, out: Address) => void;
  readonly locatePlain: (src: Address, end: Address, count: number, starts: Address, ends: Address) => number;
  readonly readLevels: (src: Address, end: Address, count: number, mask: Address) => number;
  readonly spread32: (src: Address, mask: Address, count: number, none: number, out: Address) => void;
  readonly spread8: (src: Address, mask: Address, count: number, none: number, out: Address) => void;
  readonly spread64: (src: Address, mask: Address, count: number, none: number, out: Address) => void;
  readonly narrowCodes: (codes: Address, count: number, bytes: Address) => void;
  readonly findRuns64: (src: Address, count: number, row: number, starts: Address, values: Address) => number;
  readonly ascendDoubles: (values: Address, count: number) => number;
  readonly ascendIntegers: (values: Address, count: number) => number;
  readonly markTimes: (times: Address, rows: number, before: bigint, skipped: number, notLater: Address, earlier: Address) => number;
  readonly joinStreams4: (src: Address, count: number, out: Address) => void;
  readonly joinStreams8: (src: Address, count: number, out: Address) => void;
  readonly floatsToDoubles: (src: Address, count: number, out: Address) => void;
  readonly smallToDoubles: (src: Address, count: number) => number;
  readonly narrowIntegers: (src: Address, count: number, out: Address) => number;
  readonly int64ToDoubles: (src: Address, count: number, out: Address) => number;
  readonly uint64ToDoubles: (src: Address, count: number, out: Address) => number;
  readonly widenInt32: (src: Address, count: number, out: Address) => void;
  readonly widenUint32: (src: Address, count: number, out: Address) => void;
  readonly daysToMillis: (src: Address, count: number, out: Address) => void;
  readonly microsToMillis: (src: Address, count: number, out: Address) => void;
  readonly nanosToMillis: (src: Address, count: number, out: Address) => void;
  readonly int96ToMillis: (src: Address, count: number, out: Address) => void;
}

/** Bytes behind each region that kernels may touch: they work on 16 at a time, and write up to 64 ahead. */
const PADDING = 80;
const ALIGNMENT = 16;
const WASM_PAGE = 64 * 1024;

/** Memory that kernels keep between files; it cannot shrink, so beyond it they begin anew. */
const MOST_KEPT = 64 * 1024 * 1024;

let compiled: WebAssembly.Module | null = null;

/**
 * The reader's kernels and their memory, in which pages are unpacked: one region after the other, all given up together.
 * Nothing in it outlives the decoding of a column chunk, and views on it do not outlive `reserve`.
 */
export class Kernels {
  readonly run: Exports;
  private readonly bottom: Address;
  private kept: Address;
  private next: Address;
  private reserved: Address;

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(kernelsBinary, 'base64'));
    this.run = new WebAssembly.Instance(compiled).exports as Exports;
    this.bottom = this.run.heapBase();
    this.kept = this.next = this.reserved = this.bottom;
  }

  /** Whether so much memory has been taken that it should not be kept for another file. */
  get overgrown(): boolean {
    return this.run.memory.buffer.byteLength > MOST_KEPT;
  }

  /** Gives up all regions. */
  clear(): void {
    this.kept = this.next = this.reserved = this.bottom;
  }

  /** Keeps what has been allocated until `clear`. */
  keep(): void {
    this.kept = this.next;
  }

  /** Gives up the regions that are not kept, and makes room for so many `regions` of so many `bytes` in all. Views end here. */
  reserve(bytes: number, regions: number): void {
    this.next = this.kept;
    this.extend(bytes + regions * (PADDING + ALIGNMENT));
  }

  /** A region beyond what has been reserved, which stays so. Views end here. */
  allocateMore(bytes: number): Address {
    this.extend(this.reserved - this.next + bytes + PADDING + ALIGNMENT);
    return this.allocate(bytes);
  }

  /** As `copyIn`, beyond what has been reserved. Views end here. */
  copyInMore(bytes: Uint8Array): Address {
    const address = this.allocateMore(bytes.length);
    this.bytes(address, bytes.length).set(bytes);
    return address;
  }

  /** Whether bytes lie in this memory. */
  holds({ buffer }: Uint8Array): boolean {
    return buffer === this.run.memory.buffer;
  }

  private extend(bytes: number): void {
    this.reserved = this.next + bytes;
    const size = this.run.memory.buffer.byteLength;
    if (this.reserved <= size) return;
    // A good deal more at once, since growing ends all views and the engine's notion of the memory's size, but no more than is kept, if that will do.
    const grown = Math.max(this.reserved, size < MOST_KEPT ? Math.min(2 * size, MOST_KEPT) : size + MOST_KEPT);
    const wanted = Math.ceil((grown - size) / WASM_PAGE);
    try {
      this.run.memory.grow(wanted);
    } catch {
      throw new MalformedError(`data that take ${this.reserved} bytes to decode`);
    }
  }

  /** A region of what has been reserved. Its contents are whatever was there. */
  allocate(bytes: number): Address {
    const address = this.next;
    const end = address + bytes + PADDING;
    this.next = end + ((ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT);
    if (this.next > this.reserved) throw new Error(`${bytes} bytes of the kernels' memory were not reserved`);
    return address;
  }

  bytes(address: Address, length: number): Uint8Array {
    return new Uint8Array(this.run.memory.buffer, address, length);
  }

  int32s(address: Address, length: number): Int32Array {
    return new Int32Array(this.run.memory.buffer, address, length);
  }

  doubles(address: Address, length: number): Float64Array {
    return new Float64Array(this.run.memory.buffer, address, length);
  }

  /** A copy of `bytes` in the kernels' memory. */
  copyIn(bytes: Uint8Array): Uint8Array {
    const copy = this.bytes(this.allocate(bytes.length), bytes.length);
    copy.set(bytes);
    return copy;
  }

  /** Copies what lies at `from` to the rows of a column from `row` on. */
  copyOut(from: Address, rows: number, out: Float64Array | BigInt64Array | BigUint64Array | Int32Array | Uint8Array, row: number): void {
    const width = out.BYTES_PER_ELEMENT;
    new Uint8Array(out.buffer, out.byteOffset + row * width, rows * width).set(this.bytes(from, rows * width));
  }

  /** A figure for the message of what has failed. */
  get detail(): number {
    return (this.run.detail.value as number) >>> 0;
  }
}

/** Kernels that nobody uses, whose memory need not be had from the system again. */
const idle: Kernels[] = [];
const MOST_IDLE = 4;

/** Kernels with a memory that the caller has for itself, until it gives them back. */
export function borrowKernels(): Kernels {
  return idle.pop() ?? new Kernels();
}

export function returnKernels(kernels: Kernels): void {
  if (kernels.overgrown || idle.length === MOST_IDLE) return;
  kernels.clear();
  idle.push(kernels);
}

let current: Kernels | null = null;

/** The kernels of this thread, cleared. Decoding never waits, so there is one at a time that uses them. */
export function kernelsOfThread(): Kernels {
  current ??= new Kernels();
  current.clear();
  return current;
}

/** To be called after a file has been read: gives memory back where a file took much. */
export function releaseKernels(): void {
  if (current?.overgrown === true) current = null;
}
