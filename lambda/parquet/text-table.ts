import type { ByteArrays } from './byte-arrays';
import type { Address } from './kernels/kernels';
import { borrowKernels, returnKernels } from './kernels/kernels';

/** Texts that are looked up at a time: room is made for so many new ones before. */
const BATCH = 1 << 14;
const FIRST_TEXTS = 1 << 8;
const FIRST_BYTES = 1 << 12;
const SLOT_BYTES = 8;

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
    this.known = kernels.run.codeTexts(at.text - from, at.starts, at.ends, count, this.table.address, this.table.bytes / SLOT_BYTES - 1, this.arena.address, this.positions.address, this.known, this.seed, at.codes);
    codes.set(kernels.int32s(at.codes, count));
  }

  private makeRoom(texts: number, bytes: number): void {
    const isFirst = this.positions.bytes === 0;
    this.grow(this.input, texts * 12 + bytes, 0);
    this.grow(this.arena, Math.max(FIRST_BYTES, this.used + bytes), this.used);
    this.grow(this.positions, (Math.max(FIRST_TEXTS, this.known + texts) + 1) * 4, isFirst ? 0 : (this.known + 1) * 4);
    if (isFirst) this.kernels.int32s(this.positions.address, 1)[0] = 0;
    const slots = this.table.bytes / SLOT_BYTES;
    if ((this.known + texts) * 2 <= slots) return;
    const more = 2 ** Math.ceil(Math.log2(Math.max(FIRST_TEXTS, this.known + texts) * 2));
    const { address } = this.table;
    this.table.bytes = more * SLOT_BYTES;
    this.table.address = this.kernels.allocateMore(this.table.bytes);
    this.kernels.bytes(this.table.address, this.table.bytes).fill(0);
    this.kernels.run.moveSlots(address, slots, this.table.address, more - 1);
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
