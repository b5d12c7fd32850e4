import type { Address } from './kernels/kernels';
import { borrowKernels, returnKernels } from './kernels/kernels';
import { endsAfter, tooLong } from './kernels/outcomes';

/** Bytes of a page that are looked at a time: they and what is read of the table are to share the processor's second cache. */
const WINDOW = 1 << 16;
const FIRST_SLOTS = 1 << 9;
const FIRST_BYTES = 1 << 12;
const LENGTH_BYTES = 4;

/** As in assembly/texts.ts and assembly/text-arena.ts: texts that are looked up in step, */
const BLOCK = 64;
/** units of which the arena is addressed, */
const PLACE_BYTES = 4;
/** what a text may take there more than in a page, */
const MOST_MORE = 8;
/** and the numbers of the arena's head. */
const HEAD = 6;
const KNOWN = 0;
const NEXT = 2;
const TAKEN = 4;
const DESCENDS = 5;

/** A stretch of memory that is replaced by a larger one. */
interface Region {
  address: Address;
  bytes: number;
}

/** Distinct texts, numbered in the order of their first occurrence, in a memory of the kernels of its own. */
export class TextTable {
  private readonly kernels = borrowKernels();
  private readonly arena: Region = { address: 0, bytes: 0 };
  private readonly table: Region = { address: 0, bytes: 0 };
  private readonly input: Region = { address: 0, bytes: 0 };
  private readonly output: Region = { address: 0, bytes: 0 };
  private slots = 0;
  /** The bits of a slot that are a place in the arena. */
  private places = 0;
  /** Whether no text was less than the one before it, as in a sorted file: then there is no table yet. */
  private ascending = true;
  /** Differs per table, lest a file be made whose texts all collide. */
  private readonly seed = Math.floor(Math.random() * 0x1_0000_0000);

  constructor() {
    this.grow(this.arena, FIRST_BYTES, 0);
    this.kernels.run.emptyArena(this.arena.address);
  }

  /** To be called when nothing more is asked of it: its memory serves the next. */
  release(): void {
    returnKernels(this.kernels);
  }

  /** How many distinct texts there are. */
  get size(): number {
    return this.head(KNOWN);
  }

  /** Whether no text was less than the one before it. */
  get ascends(): boolean {
    return this.ascending;
  }

  /** Fills `codes` with those of as many texts, each of which lies in `bytes` behind its length in 4 bytes. Throws a `MalformedError`. */
  addPlain(bytes: Uint8Array, codes: Int32Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let position = 0, done = 0; done < codes.length;) {
      const left = bytes.length - position;
      if (left < LENGTH_BYTES) throw endsAfter(done, codes.length);
      const first = LENGTH_BYTES + view.getUint32(position, true);
      if (first > left) throw tooLong(bytes, position);
      // A text that no window would hold has one for itself.
      const window = first > WINDOW ? { bytes: first, texts: 1 } : { bytes: Math.min(WINDOW, left), texts: codes.length - done };
      const taken = this.addWindow(bytes.subarray(position, position + window.bytes), codes.subarray(done, done + window.texts));
      position += taken.bytes;
      done += taken.texts;
    }
  }

  /** The texts one after the other, and where each begins and the last one ends, in the kernels' memory. None can be added from then on. */
  join(): { readonly text: Uint8Array; readonly starts: Int32Array } {
    const { kernels, arena, table, size } = this;
    this.grow(table, (size + 1) * 4, 0);
    const bytes = kernels.run.joinTexts(arena.address, table.address);
    return { text: kernels.bytes(arena.address, bytes), starts: kernels.int32s(table.address, size + 1) };
  }

  /** Adds texts of a window, as many as there are `codes` or as it has whole ones, at least one. Returns what they were. */
  private addWindow(window: Uint8Array, codes: Int32Array): { readonly bytes: number; readonly texts: number } {
    const count = Math.min(codes.length, Math.floor(window.length / LENGTH_BYTES));
    this.makeRoom(window.length, count);
    const { kernels, input, output } = this;
    kernels.bytes(input.address, window.length).set(window);
    let bytes = 0;
    let texts = 0;
    for (let added = -1; added !== 0 && texts < count;) {
      added = this.add(input.address + bytes, input.address + window.length, count - texts, output.address + texts * 4);
      bytes += this.head(TAKEN);
      texts += added;
    }
    codes.set(kernels.int32s(output.address, texts));
    return { bytes, texts };
  }

  /** Adds some of at most `count` texts from `text` up to `end`; none where not even the first is whole. */
  private add(text: Address, end: Address, count: number, codes: Address): number {
    const { run } = this.kernels;
    if (this.ascending) {
      const added = run.codeAscending(text, end, count, this.arena.address, codes);
      this.ascending = this.head(DESCENDS) === 0;
      if (added > 0 || this.ascending) return added;
    }
    this.makeTable();
    return run.codeTexts(text, end, count, this.table.address, this.slots, this.places, this.arena.address, this.seed, this.slots / 2, codes);
  }

  private makeRoom(bytes: number, texts: number): void {
    const used = this.head(NEXT) * PLACE_BYTES;
    this.grow(this.arena, used + bytes + texts * MOST_MORE, used);
    this.grow(this.input, bytes, 0);
    this.grow(this.output, texts * 4, 0);
  }

  /** Makes the table anew where the next texts might fill more than half of it, or be at places beyond its own. */
  private makeTable(): void {
    const { kernels, arena, table, seed } = this;
    const known = this.head(KNOWN);
    if ((known + BLOCK) * 2 <= this.slots && arena.bytes <= this.places * PLACE_BYTES) return;
    this.slots = powerOfTwo(Math.max(FIRST_SLOTS, (known + BLOCK) * 2));
    // What the arena takes once the table is full, and twice that, as it may have doubled.
    const full = known === 0 ? 0 : ((this.head(NEXT) * PLACE_BYTES) / known) * (this.slots / 2);
    this.places = powerOfTwo((Math.max(arena.bytes, full) * 2) / PLACE_BYTES) - 1;
    this.grow(table, this.slots * 4, 0);
    kernels.bytes(table.address, this.slots * 4).fill(0);
    kernels.run.enterTexts(table.address, this.slots, this.places, arena.address, seed);
  }

  private head(number: number): number {
    return this.kernels.int32s(this.arena.address, HEAD)[number];
  }

  /** Makes a region of at least `bytes`, twice as large as before, whose first `kept` bytes stay as they are. */
  private grow(region: Region, bytes: number, kept: number): void {
    if (bytes <= region.bytes) return;
    const { address } = region;
    region.bytes = Math.max(bytes, region.bytes * 2);
    region.address = this.kernels.allocateMore(region.bytes);
    this.kernels.bytes(region.address, kept).set(this.kernels.bytes(address, kept));
  }
}

/** The least one that is not below `least`. */
function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}
