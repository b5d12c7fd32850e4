import { kernelsBinary } from './binary';

export type Address = number;

/** Functions of assembly/index.ts. */
export interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly heapBase: () => Address;
  readonly findSteps: (starts: Address, ends: Address, count: number, codes: Address, bits: Address, width: number, scratch: Address, found: Address) => void;
  readonly countCodes: (starts: Address, ends: Address, count: number, codes: Address, table: Address, counts: Address) => void;
  readonly countCodesOfAll: (starts: Address, count: number, codes: Address, table: Address, sums: Address, counts: Address) => void;
  readonly findMagnitudes: (values: Address, count: number, result: Address) => void;
  readonly countValues: (starts: Address, ends: Address, count: number, codes: Address, classes: Address, width: number, rows: Address, groups: Address, last: Address) => void;
  readonly sumSplit: (
    starts: Address, ends: Address, count: number, codes: Address, values: Address, classes: Address, leftOut: number, width: number, upper: number, lower: number, sums: Address, nulls: number,
  ) => void;
  readonly countGroups: (starts: Address, ends: Address, count: number, codes: Address, width: number, counts: Address) => void;
  readonly addCounts: (counts: Address, count: number, sums: Address) => void;
  readonly countsOfClass: (counts: Address, count: number, classes: Address, ofClass: number, result: Address) => void;
  readonly addClass: (starts: Address, ends: Address, count: number, classes: Address, ofClass: number, result: Address) => void;
  readonly judgeCounts: (counts: Address, count: number, table: Address, last: number, judged: Address) => void;
  readonly hashIntegers: (integers: Address, rows: number, mask: number, hashes: Address, partitions: Address, rowsOf: Address) => void;
  readonly hashDoubles: (values: Address, rows: number, mask: number, hashes: Address, partitions: Address, rowsOf: Address) => number;
  readonly markTimes: (times: Address, rows: number, notLater: Address, earlier: Address) => void;
  readonly clearBits: (rows: Address, count: number, first: number, bits: Address) => void;
  readonly groupHashes: (
    hashes: Address, rows: number, slots: Address, bits: number, numbers: Address, next: Address, base: number, starts: Address, places: Address,
  ) => number;
  readonly groupIds: (
    ids: Address, rows: number, slots: Address, bits: number, known: Address, numbers: Address, next: Address, base: number, starts: Address, places: Address,
  ) => number;
  readonly sortGroups: (starts: Address, count: number, base: number, places: Address, times: Address, scratch: Address) => void;
  readonly compareNumbers: (values: Address, rows: number, op: number, operand: number, bit: number, bits: Address) => void;
  readonly nullNumbers: (values: Address, nulls: Address, rows: number) => void;
  readonly addBitsOfCodes: (codes: Address, rows: number, table: Address, bits: Address) => void;
  readonly addBitOfCodes: (codes: Address, rows: number, table: Address, bit: number, bits: Address) => void;
  readonly addBitsOfBytes: (bytes: Address, rows: number, table: Address, bits: Address) => void;
  readonly addBitOfAll: (all: number, rows: number, bit: number, bits: Address) => void;
  readonly uniteBits: (starts: Address, ends: Address, count: number, bits: Address, first: number, rows: number, carried: number, united: Address) => void;
  readonly dealBlock: (values: Address, partitions: Address, rows: number, count: number, width: number, ends: Address, dealt: Address) => void;
  readonly gather: (values: Address, places: Address, rows: number, width: number, moved: Address) => void;
  readonly dealSymbols: (hashes: Address, symbols: Address, rows: number, mask: number, bounds: Address, words: Address) => void;
  readonly tallyPartition: (bounds: Address, stride: number, blocks: number, mask: number, slots: Address, bits: number, most: number, symbols: number, tallies: Address) => number;
  readonly countChosen: (tallies: Address, groups: number, symbols: number, chosen: Address, count: number, counts: Address) => void;
  readonly listMatching: (tallies: Address, groups: number, symbols: number, matching: Address, list: Address) => number;
  readonly addTallies: (list: Address, count: number, symbols: number, rows: Address) => void;
  readonly countGroupsPerValue: (list: Address, count: number, symbols: number, valueBits: Address, values: number, groups: Address) => void;
}

const ALIGNMENT = 16;
const WASM_PAGE = 64 * 1024;

let compiled: WebAssembly.Module | null = null;

/** The kernels with a memory of their own, whose room is given out from its start on. */
export class KernelInstance {
  readonly run: Exports;
  #next: Address;

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(kernelsBinary, 'base64'));
    this.run = new WebAssembly.Instance(compiled).exports as Exports;
    this.#next = this.run.heapBase();
  }

  /** Bytes of memory that it has taken. */
  get memoryBytes(): number {
    return this.run.memory.buffer.byteLength;
  }

  /** Room whose contents are whatever was there. @throws RangeError where there is no memory to be had. */
  allocate(bytes: number): Address {
    const address = this.#next + ((ALIGNMENT - (this.#next % ALIGNMENT)) % ALIGNMENT);
    const missing = address + bytes - this.run.memory.buffer.byteLength;
    if (missing > 0) this.run.memory.grow(Math.ceil(missing / WASM_PAGE));
    this.#next = address + bytes;
    return address;
  }

  /** Gives back what was given out from an address on; by default all. */
  release(from: Address = this.run.heapBase()): void {
    this.#next = from;
  }

  bytes(address: Address, length: number): Uint8Array {
    return new Uint8Array(this.run.memory.buffer, address, length);
  }

  shorts(address: Address, length: number): Uint16Array {
    return new Uint16Array(this.run.memory.buffer, address, length);
  }

  integers(address: Address, length: number): Int32Array {
    return new Int32Array(this.run.memory.buffer, address, length);
  }

  doubles(address: Address, length: number): Float64Array {
    return new Float64Array(this.run.memory.buffer, address, length);
  }
}

/** Kernels of parts that are no more, whose memory need not be had from the system again. */
const idle: KernelInstance[] = [];
const MOST_IDLE = 2;
const MOST_IDLE_BYTES = 128 * 2 ** 20;

/** Kernels with a memory that the caller has for itself, until it gives them back. */
export function borrowKernels(): KernelInstance {
  return idle.pop() ?? new KernelInstance();
}

export function returnKernels(kernels: KernelInstance): void {
  if (idle.length === MOST_IDLE || kernels.memoryBytes > MOST_IDLE_BYTES) return;
  kernels.release();
  idle.push(kernels);
}
