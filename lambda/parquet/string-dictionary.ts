import { isAscii } from 'node:buffer';
import type { ByteArrays } from './byte-arrays';

const REPLACEMENT = '\ufffd';
/** Well below the longest string of V8, so that the whole dictionary can be cut out of one string. */
const LONGEST_JOINT_STRING = 1 << 28;
/** Bytes. */
const WORD = 4;
/** From this many bytes on the engine's own copying is the faster one. */
const LONG = 64;

/** Distinct strings in the order of their first occurrence, found by their bytes; a JS string is made once per distinct value. */
export class StringDictionary {
  private arena = new Uint8Array(1 << 12);
  private arenaView = new DataView(this.arena.buffer);
  private used = 0;
  /** Where in the arena a code's text begins, which is where that of the one before ends. */
  private starts = new Int32Array((1 << 8) + 1);
  private hashes = new Int32Array(1 << 8);
  private count = 0;
  /** Open addressing with linear probing; an entry is a code + 1, or 0 where free. Its size is a power of two. */
  private table = new Int32Array(1 << 9);
  /** Differs per dictionary, lest a file be made whose values all collide. */
  private readonly seed = Math.floor(Math.random() * 0x1_0000_0000) | 0;

  /** Fills `codes` with those of as many texts, which are UTF-8. */
  addAll({ bytes, starts, ends }: ByteArrays, codes: Int32Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < codes.length; i++) {
      const length = ends[i] - starts[i];
      const hash = length < WORD ? hashOfFew(bytes, starts[i], length, this.seed) : hashOfWords(view, starts[i], length, this.seed);
      const slot = this.find(hash, bytes, view, starts[i], length);
      const entry = this.table[slot];
      codes[i] = entry === 0 ? this.append(slot, hash, bytes, view, starts[i], length) : entry - 1;
    }
  }

  /**
   * The strings by code. Ill-formed UTF-8 becomes replacement characters, upon which different bytes may read the same:
   * `recode` then maps each code to that of the string's first occurrence, and is null in every other case.
   */
  strings(): { strings: string[]; recode: Int32Array | null } {
    const text = Buffer.from(this.arena.buffer, 0, this.used);
    if (isAscii(text) && this.used <= LONGEST_JOINT_STRING) return { strings: this.cut(text.toString('latin1')), recode: null };
    const strings = this.decode(text);
    if (!strings.some((string) => string.includes(REPLACEMENT))) return { strings, recode: null };
    const codes = new Map<string, number>();
    const recode = new Int32Array(this.count);
    strings.forEach((string, code) => {
      const known = codes.get(string);
      recode[code] = known ?? codes.size;
      if (known === undefined) codes.set(string, codes.size);
    });
    return { strings: [...codes.keys()], recode };
  }

  /** The texts out of all of them as one string of as many characters as there are bytes. */
  private cut(joint: string): string[] {
    const strings = new Array<string>(this.count);
    for (let code = 0; code < this.count; code++) strings[code] = joint.slice(this.starts[code], this.starts[code + 1]);
    return strings;
  }

  private decode(text: Buffer): string[] {
    const strings = new Array<string>(this.count);
    for (let code = 0; code < this.count; code++) strings[code] = text.toString('utf8', this.starts[code], this.starts[code + 1]);
    return strings;
  }

  /** The slot of a text, or the free one that it would take. */
  private find(hash: number, bytes: Uint8Array, view: DataView, start: number, length: number): number {
    const { table, hashes, starts, arena, arenaView } = this;
    const last = table.length - 1;
    let slot = hash & last;
    for (let entry = table[slot]; entry !== 0; entry = table[slot]) {
      if (hashes[entry - 1] === hash) {
        const known = starts[entry - 1];
        if (starts[entry] - known === length && (length < WORD ? equalFew(arena, known, bytes, start, length) : equalWords(arenaView, known, view, start, length))) return slot;
      }
      slot = (slot + 1) & last;
    }
    return slot;
  }

  private append(slot: number, hash: number, bytes: Uint8Array, view: DataView, start: number, length: number): number {
    if (this.used + length > this.arena.length) {
      this.arena = grown(this.arena, new Uint8Array(Math.max(this.arena.length * 2, this.used + length)));
      this.arenaView = new DataView(this.arena.buffer);
    }
    if (this.count === this.hashes.length) {
      this.starts = grown(this.starts, new Int32Array(this.count * 2 + 1));
      this.hashes = grown(this.hashes, new Int32Array(this.count * 2));
    }
    if (length < WORD) for (let i = 0; i < length; i++) this.arena[this.used + i] = bytes[start + i];
    else if (length < LONG) copyWords(view, start, length, this.arenaView, this.used);
    else this.arena.set(bytes.subarray(start, start + length), this.used);
    this.used += length;
    const code = this.count++;
    this.starts[this.count] = this.used;
    this.hashes[code] = hash;
    this.table[slot] = code + 1;
    if (this.count * 2 > this.table.length) this.rehash();
    return code;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 2);
    const last = table.length - 1;
    for (let code = 0; code < this.count; code++) {
      let slot = this.hashes[code] & last;
      while (table[slot] !== 0) slot = (slot + 1) & last;
      table[slot] = code + 1;
    }
    this.table = table;
  }
}

function grown<Values extends Uint8Array | Int32Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}

/*
 * Texts of four bytes and more are taken in words of four, the last of which may overlap the one before: so nearly all texts
 * of a column take the same number of steps, and few jumps are mispredicted. `DataView` reads words wherever they lie.
 */

/** A multiplication and a shift per word, then the finalizer of MurmurHash3, whose low bits depend on all others. */
function hashOfWords(view: DataView, start: number, length: number, seed: number): number {
  const last = start + length - WORD;
  let hash = seed ^ length;
  for (let i = start; i < last; i += WORD) {
    hash = Math.imul(hash ^ view.getInt32(i, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return finalized(Math.imul(hash ^ view.getInt32(last, true), 0x9e3779b1));
}

function hashOfFew(bytes: Uint8Array, start: number, length: number, seed: number): number {
  let hash = seed ^ length;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return finalized(hash);
}

function finalized(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}

function equalWords(left: DataView, leftStart: number, right: DataView, rightStart: number, length: number): boolean {
  const last = length - WORD;
  if (left.getInt32(leftStart + last, true) !== right.getInt32(rightStart + last, true)) return false;
  for (let i = 0; i < last; i += WORD) if (left.getInt32(leftStart + i, true) !== right.getInt32(rightStart + i, true)) return false;
  return true;
}

function equalFew(left: Uint8Array, leftStart: number, right: Uint8Array, rightStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (left[leftStart + i] !== right[rightStart + i]) return false;
  return true;
}

function copyWords(from: DataView, start: number, length: number, to: DataView, toStart: number): void {
  const last = length - WORD;
  for (let i = 0; i < last; i += WORD) to.setInt32(toStart + i, from.getInt32(start + i, true), true);
  to.setInt32(toStart + last, from.getInt32(start + last, true), true);
}
