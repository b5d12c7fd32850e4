/** Entropy coding as Zstandard frames have it, to write what libzstd would not: FSE and Huffman (RFC 8878, sections 4.1 and 4.2). */
import type { Random } from '../../scripts/sample-data/random';

/** A number as a decoder is to read it. */
export type Read = readonly [value: number, bits: number];

/** Bits, the least significant first. */
class Bits {
  readonly #bytes: number[] = [];
  #length = 0;

  write(value: number, bits: number): this {
    for (let [rest, left] = [value, bits]; left > 0;) {
      const used = this.#length % 8;
      if (used === 0) this.#bytes.push(0);
      const taken = Math.min(8 - used, left);
      this.#bytes[this.#bytes.length - 1] |= rest % (1 << taken) << used;
      rest = Math.floor(rest / (1 << taken));
      this.#length += taken;
      left -= taken;
    }
    return this;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export const bitsForwards = (writes: readonly Read[]): Uint8Array => writes.reduce((bits, [value, length]) => bits.write(value, length), new Bits()).bytes;

/** A stream that decoders read from its end on. */
export const bitsBackwards = (reads: readonly Read[]): Uint8Array => reads.reduceRight((bits, [value, length]) => bits.write(value, length), new Bits()).write(1, 1).bytes;

/** A decoder's table, by state. */
export interface FseTable {
  readonly log: number;
  readonly symbols: readonly number[];
  readonly bits: readonly number[];
  readonly bases: readonly number[];
}

/** The table of counts that add up to 2^`log`; -1 for "less than one". */
export function fseTable(counts: readonly number[], log: number): FseTable {
  const size = 1 << log;
  const symbols = new Array<number>(size);
  let last = size - 1;
  counts.forEach((count, symbol) => {
    if (count === -1) symbols[last--] = symbol;
  });
  let at = 0;
  counts.forEach((count, symbol) => {
    for (let i = 0; i < count; i++) {
      symbols[at] = symbol;
      do at = (at + (size >> 1) + (size >> 3) + 3) % size; while (at > last);
    }
  });
  const next = counts.map(Math.abs);
  const numbers = symbols.map((symbol) => next[symbol]++);
  const bits = numbers.map((number) => log - Math.floor(Math.log2(number)));
  return { log, symbols, bits, bases: numbers.map((number, state) => (number << bits[state]) - size) };
}

/** The table of one symbol, which takes no bits. */
export const rleTable = (symbol: number): FseTable => ({ log: 0, symbols: [symbol], bits: [0], bases: [0] });

/** Random counts of 2^`log` in which `used` symbols have their part, and a few more up to `greatest`. */
export function randomCounts(used: readonly number[], greatest: number, log: number, random: Random): number[] {
  const symbols = new Set(used);
  while (symbols.size < 2) symbols.add(random.integer(0, greatest));
  for (let i = random.integer(0, 3); i > 0 && symbols.size < 1 << log; i--) symbols.add(random.integer(0, greatest));
  const chosen = [...symbols];
  const counts = new Array<number>(Math.max(...chosen) + 1).fill(0);
  for (const symbol of chosen) counts[symbol] = random.chance(0.5) ? -1 : 1;
  let left = (1 << log) - chosen.length;
  while (left > 0) {
    const symbol = chosen[random.integer(0, chosen.length - 1)];
    const more = random.chance(0.2) ? left : random.integer(1, left);
    counts[symbol] = Math.abs(counts[symbol]) + more;
    left -= more;
  }
  return counts;
}

/** A table's description: counts in as few bits as what is left of their sum needs. */
export function describeCounts(counts: readonly number[], log: number): Uint8Array {
  const writes: Read[] = [[log - 5, 4]];
  let left = 1 << log;
  for (let symbol = 0; left > 0; symbol++) {
    const bits = Math.floor(Math.log2(left + 1)) + 1;
    // Of 2^bits codes, left + 2 are needed: those not needed make as many short by one bit.
    const short = 2 ** bits - (left + 2);
    const code = counts[symbol] + 1;
    if (code < short) writes.push([code, bits - 1]);
    else writes.push([code < 2 ** (bits - 1) ? code : code + short, bits]);
    left -= Math.abs(counts[symbol]);
    if (counts[symbol] !== 0) continue;
    let zeros = 0;
    while (counts[symbol + 1 + zeros] === 0) zeros++;
    symbol += zeros;
    for (; zeros >= 3; zeros -= 3) writes.push([3, 2]);
    writes.push([zeros, 2]);
  }
  return bitsForwards(writes);
}

/** States that stand for symbols one after the other; `mayEnd` says of what state there may be none after it. */
export function statesFor(table: FseTable, symbols: readonly number[], random: Random, mayEnd: (state: number) => boolean = () => true): number[] {
  const places: number[][] = Array.from({ length: Math.max(...table.symbols) + 1 }, () => []);
  table.symbols.forEach((symbol, state) => places[symbol].push(state));
  const states = new Array<number>(symbols.length);
  for (let i = symbols.length - 1; i >= 0; i--) {
    const fitting = places[symbols[i]].filter((state) => (i === symbols.length - 1 ? mayEnd(state) : isBefore(table, state, states[i + 1])));
    states[i] = fitting[random.integer(0, fitting.length - 1)];
  }
  return states;
}

const isBefore = ({ bases, bits }: FseTable, state: number, next: number): boolean => bases[state] <= next && next < bases[state] + 2 ** bits[state];

export const change = ({ bases, bits }: FseTable, state: number, next: number): Read => [next - bases[state], bits[state]];

/** Prefix codes of bytes. */
export interface HuffmanTree {
  /** Of all bytes but the last that has a code: its weight follows from the others. */
  readonly weights: readonly number[];
  readonly codes: ReadonlyMap<number, Read>;
}

const LONGEST_CODE = 11;

/** A complete tree of random shape in which all of `used` have codes, and at least two bytes. */
export function randomTree(used: Iterable<number>, random: Random): HuffmanTree {
  const bytes = new Set(used);
  while (bytes.size < 2) bytes.add(random.integer(0, 127));
  const slant = random.fraction();
  const lengths = [0];
  while (lengths.length < bytes.size) {
    const open = lengths.flatMap((length, index) => (length < LONGEST_CODE ? [index] : []));
    const split = open[random.chance(slant) ? open.length - 1 : random.integer(0, open.length - 1)];
    const length = lengths[split] + 1;
    lengths.splice(split, 1);
    lengths.push(length, length);
  }
  const shuffled = [...bytes].map((byte) => [random.fraction(), byte]).sort(([a], [b]) => a - b).map(([, byte]) => byte);
  return treeOf(new Map(shuffled.map((byte, index) => [byte, lengths[index]])));
}

function treeOf(lengths: ReadonlyMap<number, number>): HuffmanTree {
  const longest = Math.max(...lengths.values());
  const weight = (byte: number): number => longest + 1 - (lengths.get(byte) ?? longest + 1);
  const inOrder = [...lengths.keys()].sort((a, b) => weight(a) - weight(b) || a - b);
  const codes = new Map<number, Read>();
  let start = 0;
  for (const byte of inOrder) {
    codes.set(byte, [start >> (weight(byte) - 1), longest + 1 - weight(byte)]);
    start += 1 << (weight(byte) - 1);
  }
  return { weights: Array.from({ length: Math.max(...lengths.keys()) }, (_, byte) => weight(byte)), codes };
}

/** Random in how the weights are written, where they can be written in both ways. */
export function describeTree({ weights }: HuffmanTree, random: Random): Uint8Array {
  const isCompressed = weights.length > 128 || (weights.length > 1 && random.chance(0.5));
  for (let attempts = 100; isCompressed && attempts > 0; attempts--) {
    const compressed = compressWeights(weights, random);
    if (compressed.length < 128) return Uint8Array.from([compressed.length, ...compressed]);
  }
  if (weights.length > 128) throw new RangeError(`${weights.length} weights that take too many bytes`);
  const pairs = Array.from({ length: Math.ceil(weights.length / 2) }, (_, i) => (weights[2 * i] << 4) | (weights[2 * i + 1] ?? 0));
  return Uint8Array.from([127 + weights.length, ...pairs]);
}

/** By two states in turns. There is no count of them: they end where a state would need more bits than there are. */
function compressWeights(weights: readonly number[], random: Random): Uint8Array {
  const log = random.integer(5, 6);
  const counts = randomCounts([...new Set(weights)], LONGEST_CODE, log, random);
  const table = fseTable(counts, log);
  const states = new Array<number>(weights.length);
  for (const parity of [0, 1]) {
    const isAskedLast = weights.length % 2 === parity;
    const own = statesFor(table, weights.filter((_, index) => index % 2 === parity), random, (state) => !isAskedLast || table.bits[state] > 0);
    own.forEach((state, index) => (states[2 * index + parity] = state));
  }
  const reads: Read[] = [[states[0], log], [states[1], log]];
  for (let i = 2; i < weights.length; i++) reads.push(change(table, states[i - 2], states[i]));
  return Uint8Array.from([...describeCounts(counts, log), ...bitsBackwards(reads)]);
}
