import type { ByteArrays } from './byte-arrays';
import type { Address } from './kernels/kernels';
import { borrowKernels, returnKernels } from './kernels/kernels';

/** Texts that are looked up at a time: room is made for so many new ones before. */
const BATCH = 1 << 14;
const FIRST_TEXTS = 1 << 8;
const FIRST_BYTES = 1 << 12;
const SLOT_BYTES = 4;

/** A stretch of memory that is replaced by a larger one. */
interface Region {
  address: Address;
  bytes: number;
}

/** Distinct texts, numbered in the order of their first occurrence, in a memory of the kernels of its own. */
export class TextTable {
  private readonly kernels = borrowKernels();
  private readonly table: Region = { address: 0, bytes: 0 };
  private readonly positions: Region = { address: 0, bytes: 0 };
  private readonly arena: Region = { address: 0, bytes: 0 };
  private readonly input: Region = { address: 0, bytes: 0 };
  private known = 0;
  /** Whether no text was less than the one before it, as in a sorted file: then there is no table yet. */
  private ascending = true;
  /** Differs per table, lest a file be made whose texts all collide. */
  private readonly seed = Math.floor(Math.random() * 0x1_0000_0000);

  /** To be called when nothing more is asked of it: its memory serves the next. */
  release(): void {
    returnKernels(this.kernels);
  }

  /** How many distinct texts there are. */
  get size(): number {
    return this.known;
  }

  /** The texts, one after the other. */
  get text(): Uint8Array {
    return this.kernels.bytes(this.arena.address, this.used);
  }

  /** Where in `text` each begins, and where the last one ends. */
  get starts(): Int32Array {
    return this.known === 0 ? new Int32Array(1) : this.kernels.int32s(this.positions.address, this.known + 1);
  }

  /** Fills `codes` with those of as many texts. */
  addAll(texts: ByteArrays, codes: Int32Array): void {
    for (let begin = 0; begin < codes.length; begin += BATCH) this.addBatch(texts, codes.subarray(begin, begin + BATCH), begin);
  }

  private get used(): number {
    return this.known === 0 ? 0 : this.starts[this.known];
  }

  private addBatch({ bytes, starts, ends }: ByteArrays, codes: Int32Array, begin: number): void {
    const count = codes.length;
    // Ends ascend with their starts in all encodings, so a batch lies in one stretch.
    const from = starts[begin];
    const text = bytes.subarray(from, ends[begin + count - 1]);
    this.makeRoom(count, text.length);
    const at = { starts: this.input.address, ends: this.input.address + count * 4, codes: this.input.address + count * 8, text: this.input.address + count * 12 };
    const { kernels } = this;
    kernels.int32s(at.starts, count).set(starts.subarray(begin, begin + count));
    kernels.int32s(at.ends, count).set(ends.subarray(begin, begin + count));
    kernels.bytes(at.text, text.length).set(text);
    // Positions are those in the page: so is the address from which they count.
    const done = this.ascending ? this.addAscending(at.text - from, at, count) : 0;
    if (done < count) {
      this.makeTable(count - done);
      const { arena, positions, table, known, seed } = this;
      const skip = done * 4;
      this.known = kernels.run.codeTexts(at.text - from, at.starts + skip, at.ends + skip, count - done, table.address, table.bytes / SLOT_BYTES - 1, arena.address, positions.address, known, seed, at.codes + skip);
    }
    codes.set(kernels.int32s(at.codes, count));
  }

  /** Returns how many texts were added before the first that is less than the one before it. */
  private addAscending(text: Address, { starts, ends, codes }: { readonly starts: Address; readonly ends: Address; readonly codes: Address }, count: number): number {
    const { kernels, arena, positions } = this;
    const done = kernels.run.codeAscending(text, starts, ends, count, arena.address, positions.address, this.known, codes);
    if (done > 0) this.known = kernels.int32s(codes, done)[done - 1] + 1;
    this.ascending = done === count;
    return done;
  }

  private makeRoom(texts: number, bytes: number): void {
    const isFirst = this.positions.bytes === 0;
    this.grow(this.input, texts * 12 + bytes, 0);
    this.grow(this.arena, Math.max(FIRST_BYTES, this.used + bytes), this.used);
    this.grow(this.positions, (Math.max(FIRST_TEXTS, this.known + texts) + 1) * 4, isFirst ? 0 : (this.known + 1) * 4);
    if (isFirst) this.kernels.int32s(this.positions.address, 1)[0] = 0;
  }

  /** Makes the table anew where so many texts more would not leave as many slots free. */
  private makeTable(texts: number): void {
    if ((this.known + texts) * 2 * SLOT_BYTES <= this.table.bytes) return;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(FIRST_TEXTS, this.known + texts) * 2));
    this.table.bytes = slots * SLOT_BYTES;
    this.table.address = this.kernels.allocateMore(this.table.bytes);
    this.kernels.bytes(this.table.address, this.table.bytes).fill(0);
    this.kernels.run.enterTexts(this.table.address, slots - 1, this.arena.address, this.positions.address, this.known, this.seed);
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
