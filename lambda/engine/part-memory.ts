/** Smaller arrays are cheap to have anew. */
const LEAST_BYTES = 64 * 1024;

/** Memory is used again for arrays that fill at least this share of it: parts of a dataset tend to be of like size. */
const LEAST_FILLED = 0.75;

/** Bytes that a thread keeps for parts to come. */
const MOST_IDLE = 384 * 2 ** 20;

/** Bytes that may be taken anew before others are given up for them, each time that some have been given back: parts of a kind then soon find all they need. */
const MOST_ADDED = 64 * 2 ** 20;

/** The largest arrays that are ended when they are given back. Each that is ended counts with V8 as freed and taken anew, and of some 10 MB at once that sets off a collection (docs/performance.md). */
const LARGEST_ENDED = 4 * 2 ** 20;

/** Given back by other parts, those last that came last. */
const idle: ArrayBuffer[] = [];
let idleBytes = 0;
/** Bytes for which others are to be given up; below 0, what may still be added. */
let owed = -MOST_ADDED;

/**
 * The memory of one part's large arrays, which those of later parts take over once it is given back: memory that is new costs the
 * system 2 to 4 µs per 4 KiB (docs/performance.md), and V8 a collection of garbage every few arrays. What arrays hold at first is
 * anything; whoever never gives back leaves them to V8, as any others.
 */
export class PartMemory {
  /** Null once they are let go. */
  #taken: ArrayBuffer[] | null = [];
  readonly #within: PartMemory[] = [];

  /** Bytes of large arrays that were taken, and not let go. */
  get bytesTaken(): number {
    const bytes = (this.#taken ?? []).reduce((sum, { byteLength }) => sum + byteLength, 0);
    return this.#within.reduce((sum, { bytesTaken }) => sum + bytesTaken, bytes);
  }

  /** A part of this memory, which may be given back before all of it is. */
  within(): PartMemory {
    const memory = new PartMemory();
    this.adopt(memory);
    return memory;
  }

  doubles(length: number): Float64Array<ArrayBuffer> {
    return length * 8 < LEAST_BYTES ? new Float64Array(length) : new Float64Array(this.#take(length * 8), 0, length);
  }

  integers(length: number): Int32Array<ArrayBuffer> {
    return length * 4 < LEAST_BYTES ? new Int32Array(length) : new Int32Array(this.#take(length * 4), 0, length);
  }

  shorts(length: number): Uint16Array<ArrayBuffer> {
    return length * 2 < LEAST_BYTES ? new Uint16Array(length) : new Uint16Array(this.#take(length * 2), 0, length);
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return length < LEAST_BYTES ? new Uint8Array(length) : new Uint8Array(this.#take(length), 0, length);
  }

  /** Ends arrays that were taken, but for the largest: they have no entries from now on, so that no mistake reads what is another part's. */
  giveBack(): void {
    for (const memory of this.#within) memory.giveBack();
    for (const buffer of this.#taken ?? []) {
      const emptied = buffer.byteLength > LARGEST_ENDED ? buffer : structuredClone(buffer, { transfer: [buffer] });
      idle.push(emptied);
      idleBytes += emptied.byteLength;
    }
    this.#taken &&= [];
    owed = -MOST_ADDED;
    while (idleBytes > MOST_IDLE) dropFirst();
  }

  /** Leaves the arrays to V8, those taken later too, since others than this part's have come to use them. */
  letGo(): void {
    for (const memory of this.#within) memory.letGo();
    this.#taken = null;
  }

  /** Takes over what another one has taken and will take, as if it were taken here. */
  adopt(other: PartMemory): void {
    if (this.#taken === null) other.letGo();
    this.#within.push(other);
  }

  #take(bytes: number): ArrayBuffer {
    const buffer = fitting(bytes) ?? new ArrayBuffer(bytes);
    this.#taken?.push(buffer);
    return buffer;
  }
}

/** The smallest that will do. Where there is none, it is owed. */
function fitting(bytes: number): ArrayBuffer | null {
  let best = -1;
  for (let index = 0; index < idle.length; index++) {
    const size = idle[index].byteLength;
    if (size >= bytes && size * LEAST_FILLED <= bytes && (best === -1 || size < idle[best].byteLength)) best = index;
  }
  if (best !== -1) {
    const [found] = idle.splice(best, 1);
    idleBytes -= found.byteLength;
    return found;
  }
  owed += bytes;
  while (idle.length > 0 && owed >= idle[0].byteLength) {
    owed -= idle[0].byteLength;
    dropFirst();
  }
  return null;
}

function dropFirst(): void {
  idleBytes -= idle.shift()?.byteLength ?? 0;
}
