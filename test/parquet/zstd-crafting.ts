/** Zstandard frames of random making, and of any making asked for: what decoders must take, though libzstd would not write it. */
import type { Random } from '../../scripts/sample-data/random';
import { bitsBackwards, bitsForwards, change, describeCounts, describeTree, fseTable, randomCounts, randomTree, rleTable, statesFor } from './zstd-entropy';
import type { FseTable, HuffmanTree, Read } from './zstd-entropy';
import { BLOCK_TYPES, CONTENT_SIZE_BYTES, MAGIC, MODES } from './zstd-features';

/** The most that a block may hold or take, whatever the window. */
export const LARGEST_BLOCK = 1 << 17;

export interface CraftedBlock {
  readonly type: typeof BLOCK_TYPES[number];
  /** What it becomes. */
  readonly content: Uint8Array;
  readonly body: Uint8Array;
}

export interface FrameHeader {
  readonly contentSizeBytes: number;
  /** Byte that describes the window; null for a single segment. */
  readonly window: number | null;
  /** Default: the content's. */
  readonly contentSize?: number;
  readonly checksum?: Uint8Array | null;
}

export const contentOf = (blocks: readonly CraftedBlock[]): Uint8Array => Buffer.concat(blocks.map(({ content }) => content));

export function craftFrame(blocks: readonly CraftedBlock[], { contentSizeBytes, window, contentSize = blocks.reduce((sum, { content }) => sum + content.length, 0), checksum = null }: FrameHeader): Uint8Array {
  const contentSizeCode = contentSizeBytes === 1 ? 0 : CONTENT_SIZE_BYTES.findIndex((bytes) => bytes === contentSizeBytes);
  const header: Read[] = [
    [MAGIC, 32],
    [(contentSizeCode << 6) | (window === null ? 0x20 : 0) | (checksum === null ? 0 : 4), 8],
    ...(window === null ? [] : [[window, 8] as const]),
    [contentSizeBytes === 2 ? contentSize - 256 : contentSize, 8 * contentSizeBytes],
  ];
  const written = blocks.flatMap(({ type, content, body }, index) => [
    bitsForwards([[index === blocks.length - 1 ? 1 : 0, 1], [BLOCK_TYPES.indexOf(type), 2], [type === 'RLE' ? content.length : body.length, 21]]),
    body,
  ]);
  return Buffer.concat([bitsForwards(header), ...written, checksum ?? new Uint8Array(0)]);
}

/** The least window, by its exponent, in which so many bytes have room. */
export const windowFor = (bytes: number): number => Math.max(0, Math.ceil(Math.log2(bytes)) - 10) << 3;

/** Any header that a frame of these blocks may have. */
export function randomHeader(blocks: readonly CraftedBlock[], random: Random): FrameHeader {
  const size = contentOf(blocks).length;
  const largest = Math.max(...blocks.map(({ body }) => body.length));
  const isSingle = largest <= size && random.chance(0.5);
  const fitting = [...(isSingle ? [1] : [0]), 2, 4, 8].filter((bytes) => (bytes === 1 ? size < 256 : bytes === 2 ? size >= 256 && size < 65_792 : true));
  const window = isSingle ? null : windowFor(Math.max(size, largest)) | random.integer(0, 7);
  return { contentSizeBytes: fitting[random.integer(0, fitting.length - 1)], window };
}

interface Code {
  readonly base: number;
  readonly bits: number;
}

function codesOf(first: number, plain: number, bits: readonly number[]): Code[] {
  const codes = Array.from({ length: plain }, (_, i) => ({ base: first + i, bits: 0 }));
  return bits.reduce((all, each) => {
    const { base, bits: before } = all[all.length - 1];
    return [...all, { base: base + 2 ** before, bits: each }];
  }, codes);
}

const LITERALS_CODES = codesOf(0, 16, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCH_CODES = codesOf(3, 32, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const OFFSET_CODES = Array.from({ length: 32 }, (_, bits) => ({ base: 2 ** bits, bits }));

/** In the order of their modes and tables, as all that is by kind. */
const CODES = [LITERALS_CODES, OFFSET_CODES, MATCH_CODES] as const;
const GREATEST_LOG = [9, 8, 9] as const;

const PREDEFINED: readonly FseTable[] = [
  fseTable([4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1], 6),
  fseTable([1, 1, 1, 1, 1, 1, 2, 2, 2, ...new Array<number>(15).fill(1), -1, -1, -1, -1, -1], 5),
  fseTable([1, 4, 3, 2, 2, 2, 2, 2, 2, ...new Array<number>(37).fill(1), -1, -1, -1, -1, -1, -1, -1], 6),
];

export interface Sequence {
  /** How many literals go before. */
  readonly literals: number;
  /** As encoded: up to 3 for one of the latest, else 3 more than the distance. */
  readonly offset: number;
  readonly match: number;
}

/** The distance that is meant, and what the latest ones are from then on. */
function resolve({ literals, offset }: Sequence, [first, second, third]: readonly number[]): number[] {
  const which = offset > 3 ? 0 : offset + (literals === 0 ? 1 : 0);
  if (which === 1) return [first, second, third];
  if (which === 2) return [second, first, third];
  return [which === 3 ? third : which === 4 ? first - 1 : offset - 3, first, second];
}

export interface BlockOptions {
  readonly literals?: 'raw' | 'RLE' | 'compressed' | 'treeless';
  readonly modes?: readonly (typeof MODES[number])[];
}

/** Writes blocks of a frame one after the other, and knows what a decoder would know by then. */
export class FrameCrafter {
  readonly blocks: CraftedBlock[] = [];
  readonly #random: Random;
  #content = new Uint8Array(1 << 12);
  #size = 0;
  #tree: HuffmanTree | null = null;
  #tables: readonly (FseTable | null)[] = [null, null, null];
  #offsets = [1, 4, 8];

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#size;
  }

  add(type: 'raw' | 'RLE', bytes: Uint8Array): this {
    const before = this.#size;
    this.#append(bytes);
    return this.#close(type, before, type === 'RLE' ? Uint8Array.of(bytes[0] ?? 7) : bytes);
  }

  /** A block of these sequences; literals that are left come last. What options leave open is random. */
  compress(literals: Uint8Array, sequences: readonly Sequence[], { literals: type, modes }: BlockOptions = {}): this {
    const before = this.#size;
    let taken = 0;
    for (const sequence of sequences) {
      this.#append(literals.subarray(taken, taken += sequence.literals));
      this.#offsets = resolve(sequence, this.#offsets);
      this.#repeat(this.#offsets[0], sequence.match);
    }
    this.#append(literals.subarray(taken));
    return this.#close('compressed', before, Buffer.concat([this.#literals(literals, type), this.#sequences(sequences, modes)]));
  }

  /** Up to so many random sequences, of `most` bytes with their literals at most, or long beyond measure now and then. */
  randomSequences(count: number, most: number, areLong: boolean): { readonly literals: number; readonly sequences: Sequence[] } {
    const random = this.#random;
    const sequences: Sequence[] = [];
    let [position, used, offsets] = [this.#size, 0, this.#offsets];
    const length = (least: number): number => least + (areLong && random.chance(0.2) ? Math.floor(2 ** (17 * random.fraction())) : random.chance(0.1) ? random.integer(0, 200) : random.integer(0, 8));
    while (sequences.length < count) {
      const literals = position === 0 ? 1 + length(0) : random.chance(0.4) ? 0 : length(0);
      const match = length(3);
      const at = position + literals;
      const distance = random.chance(0.5) ? random.integer(1, Math.min(at, 20)) : random.integer(1, at);
      const repeated = { literals, match, offset: random.integer(1, 3) };
      const [meant] = resolve(repeated, offsets);
      const sequence = meant > 0 && meant <= at && random.chance(0.4) ? repeated : { literals, match, offset: distance + 3 };
      used += literals + match;
      if (used > most) break;
      sequences.push(sequence);
      offsets = resolve(sequence, offsets);
      position = at + match;
    }
    return { literals: sequences.reduce((sum, sequence) => sum + sequence.literals, 0), sequences };
  }

  #close(type: CraftedBlock['type'], before: number, body: Uint8Array): this {
    this.blocks.push({ type, content: this.#content.slice(before, this.#size), body });
    return this;
  }

  #room(bytes: number): void {
    if (this.#size + bytes <= this.#content.length) return;
    const grown = new Uint8Array(2 * (this.#size + bytes));
    grown.set(this.#content);
    this.#content = grown;
  }

  #append(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#content.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  #repeat(distance: number, length: number): void {
    if (distance < 1 || distance > this.#size) throw new RangeError(`a match ${distance} bytes back, of ${this.#size}`);
    this.#room(length);
    for (let i = 0; i < length; i++, this.#size++) this.#content[this.#size] = this.#content[this.#size - distance];
  }

  #literals(literals: Uint8Array, asked: BlockOptions['literals']): Uint8Array {
    const random = this.#random;
    const size = literals.length;
    const codes = this.#tree?.codes;
    const possible = [
      'raw', ...(size > 0 && literals.every((byte) => byte === literals[0]) ? ['RLE', 'RLE'] : []), ...(size > 0 ? ['compressed', 'compressed'] : []),
      ...(size > 0 && codes !== undefined && literals.every((byte) => codes.has(byte)) ? ['treeless', 'treeless', 'treeless'] : []),
    ];
    const type = asked ?? possible[random.integer(0, possible.length - 1)];
    if (type === 'raw' || type === 'RLE') {
      const formats = [...(size < 32 ? [0] : []), ...(size < 4096 ? [1] : []), 3];
      const format = formats[random.integer(0, formats.length - 1)];
      const header = bitsForwards([[type === 'raw' ? 0 : 1, 2], [format, format === 0 ? 1 : 2], [size, [5, 12, 0, 20][format]]]);
      return Buffer.concat([header, type === 'raw' ? literals : literals.subarray(0, 1)]);
    }
    return this.#huffman(literals, type === 'treeless' ? this.#tree : null);
  }

  #huffman(literals: Uint8Array, known: HuffmanTree | null): Uint8Array {
    const random = this.#random;
    const tree = known ?? randomTree(literals, random);
    this.#tree = tree;
    const description = known === null ? describeTree(tree, random) : new Uint8Array(0);
    const stream = (bytes: Uint8Array): Uint8Array => bitsBackwards(Array.from(bytes, (byte) => tree.codes.get(byte) ?? [0, 0]));
    if (!literals.every((byte) => tree.codes.has(byte))) throw new RangeError('literals without codes');
    const quarter = Math.ceil(literals.length / 4);
    const single = stream(literals);
    const isSingle = literals.length < 6 || (Math.max(literals.length, description.length + single.length) < 1024 && random.chance(0.5));
    const streams = isSingle ? [single] : [0, 1, 2, 3].map((i) => stream(literals.subarray(i * quarter, (i + 1) * quarter)));
    const jumps = isSingle ? [] : streams.slice(0, 3).map(({ length }) => [length, 16] as const);
    const body = Buffer.concat([description, bitsForwards(jumps), ...streams]);
    const formats = [1, 2, 3].filter((format) => Math.max(body.length, literals.length) < [0, 1 << 10, 1 << 14, 1 << 18][format]);
    const format = isSingle ? 0 : formats[random.integer(0, formats.length - 1)];
    const bits = [10, 10, 14, 18][format];
    return Buffer.concat([bitsForwards([[known === null ? 2 : 3, 2], [format, 2], [literals.length, bits], [body.length, bits]]), body]);
  }

  #sequences(sequences: readonly Sequence[], asked: BlockOptions['modes']): Uint8Array {
    const { length: count } = sequences;
    if (count === 0) return Uint8Array.of(0);
    const isLonger = this.#random.chance(0.1);
    const counted = count < 128 && !isLonger ? [count] : count < 0x7f00 ? [128 + (count >> 8), count & 255] : [255, (count - 0x7f00) & 255, (count - 0x7f00) >> 8];
    const values = [sequences.map(({ literals }) => literals), sequences.map(({ offset }) => offset), sequences.map(({ match }) => match)];
    const symbols = values.map((all, kind) => all.map((value) => CODES[kind].findLastIndex(({ base }) => base <= value)));
    const tables = symbols.map((all, kind) => this.#table(kind, all, asked?.[kind]));
    this.#tables = tables.map(({ table }) => table);
    const states = tables.map(({ table }, kind) => statesFor(table, symbols[kind], this.#random));
    const reads: Read[] = tables.map(({ table }, kind) => [states[kind][0], table.log]);
    for (let i = 0; i < count; i++) {
      for (const kind of [1, 2, 0]) {
        const { base, bits } = CODES[kind][symbols[kind][i]];
        reads.push([values[kind][i] - base, bits]);
      }
      if (i < count - 1) for (const kind of [0, 2, 1]) reads.push(change(tables[kind].table, states[kind][i], states[kind][i + 1]));
    }
    const modes = tables.reduce((bits, { mode }, kind) => bits | (MODES.indexOf(mode) << (6 - 2 * kind)), 0);
    return Buffer.concat([Uint8Array.from([...counted, modes]), ...tables.map(({ description }) => description), bitsBackwards(reads)]);
  }

  #table(kind: number, symbols: readonly number[], asked: typeof MODES[number] | undefined): { readonly mode: typeof MODES[number]; readonly table: FseTable; readonly description: Uint8Array } {
    const random = this.#random;
    const used = [...new Set(symbols)];
    const known = this.#tables[kind];
    const holdsAll = (table: FseTable): boolean => used.every((symbol) => table.symbols.includes(symbol));
    const possible = [
      'compressed' as const, ...(holdsAll(PREDEFINED[kind]) ? ['predefined' as const] : []), ...(used.length === 1 ? ['RLE' as const] : []),
      ...(known !== null && holdsAll(known) ? ['repeat' as const, 'repeat' as const] : []),
    ];
    const mode = asked ?? possible[random.integer(0, possible.length - 1)];
    const nothing = new Uint8Array(0);
    if (mode === 'predefined') return { mode, table: PREDEFINED[kind], description: nothing };
    if (mode === 'repeat' && known !== null) return { mode, table: known, description: nothing };
    if (mode === 'RLE') return { mode, table: rleTable(used[0]), description: Uint8Array.of(used[0]) };
    const log = random.integer(Math.max(5, Math.ceil(Math.log2(used.length + 1))), GREATEST_LOG[kind]);
    const counts = randomCounts(used, CODES[kind].length - 1, log, random);
    return { mode: 'compressed', table: fseTable(counts, log), description: describeCounts(counts, log) };
  }
}

/** Random blocks that a frame may have, of so many bytes each at most. */
export function randomBlocks(random: Random, most: number): CraftedBlock[] {
  const crafter = new FrameCrafter(random);
  const alphabets = Array.from({ length: 2 }, () => Array.from({ length: random.pick([[1, 2], [2, 1], [6, 2], [40, 2], [256, 1]]) }, () => random.integer(0, random.chance(0.5) ? 60 : 255)));
  const bytes = (length: number): Uint8Array => {
    const alphabet = alphabets[random.integer(0, 1)];
    return Uint8Array.from({ length }, () => alphabet[random.integer(0, alphabet.length - 1)]);
  };
  for (let left = random.integer(1, 5); left > 0; left--) {
    const size = random.chance(0.1) ? 0 : Math.floor(most ** random.fraction());
    const type = random.pick([['raw', 1], ['RLE', 1], ['compressed', 4]]);
    if (type === 'raw') crafter.add(type, bytes(size));
    else if (type === 'RLE') crafter.add(type, new Uint8Array(size).fill(random.integer(0, 255)));
    else {
      const { literals, sequences } = crafter.randomSequences(random.chance(0.2) ? 0 : Math.floor(300 ** random.fraction()), most / 2, most > 10_000);
      crafter.compress(bytes(literals + random.integer(0, most >> 6)), sequences);
    }
  }
  return crafter.blocks;
}
