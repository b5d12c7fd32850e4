import { isAscii } from 'node:buffer';

const REPLACEMENT = '\ufffd';
/** Well below the longest string of V8, so that the whole dictionary can be cut out of one string. */
const LONGEST_JOINT_STRING = 1 << 28;

/** Distinct strings in the order of their first occurrence, found by their bytes; a JS string is made once per distinct value. */
export class StringDictionary {
  private arena = new Uint8Array(1 << 12);
  private used = 0;
  private ends = new Int32Array(1 << 8);
  private hashes = new Int32Array(1 << 8);
  private count = 0;
  /** Open addressing with linear probing; an entry is a code + 1, or 0 where free. Its size is a power of two. */
  private table = new Int32Array(1 << 9);
  /** Differs per dictionary, lest a file be made whose values all collide. */
  private readonly seed = Math.floor(Math.random() * 0x1_0000_0000) | 0;

  /** The code of the UTF-8 text that lies in `bytes` from `start` up to and excluding `end`. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end, this.seed);
    const last = this.table.length - 1;
    let slot = hash & last;
    for (let entry = this.table[slot]; entry !== 0; entry = this.table[slot]) {
      if (this.hashes[entry - 1] === hash && this.equals(entry - 1, bytes, start, end)) return entry - 1;
      slot = (slot + 1) & last;
    }
    return this.append(slot, hash, bytes, start, end);
  }

  /** How many distinct byte sequences have been added. */
  get size(): number {
    return this.count;
  }

  /**
   * The strings by code. Ill-formed UTF-8 becomes replacement characters, upon which different bytes may read the same:
   * `recode` then maps each code to that of the string's first occurrence, and is null in every other case.
   */
  strings(): { strings: string[]; recode: Int32Array | null } {
    const strings = this.decode();
    if (!strings.some((text) => text.includes(REPLACEMENT))) return { strings, recode: null };
    const codes = new Map<string, number>();
    const recode = new Int32Array(this.count);
    strings.forEach((text, code) => {
      const known = codes.get(text);
      recode[code] = known ?? codes.size;
      if (known === undefined) codes.set(text, codes.size);
    });
    return { strings: [...codes.keys()], recode };
  }

  private decode(): string[] {
    const text = Buffer.from(this.arena.buffer, 0, this.used);
    const strings = new Array<string>(this.count);
    const joint = this.used <= LONGEST_JOINT_STRING && isAscii(text) ? text.toString('latin1') : null;
    let start = 0;
    for (let code = 0; code < this.count; code++) {
      const end = this.ends[code];
      strings[code] = joint === null ? text.toString('utf8', start, end) : joint.slice(start, end);
      start = end;
    }
    return strings;
  }

  private equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const begin = code === 0 ? 0 : this.ends[code - 1];
    if (this.ends[code] - begin !== end - start) return false;
    const arena = this.arena;
    for (let i = start, k = begin; i < end; i++, k++) if (bytes[i] !== arena[k]) return false;
    return true;
  }

  private append(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.used + length > this.arena.length) this.arena = grown(this.arena, new Uint8Array(Math.max(this.arena.length * 2, this.used + length)));
    if (this.count === this.ends.length) {
      this.ends = grown(this.ends, new Int32Array(this.count * 2));
      this.hashes = grown(this.hashes, new Int32Array(this.count * 2));
    }
    if (length < 64) for (let i = start, to = this.used; i < end; i++, to++) this.arena[to] = bytes[i];
    else this.arena.set(bytes.subarray(start, end), this.used);
    this.used += length;
    const code = this.count++;
    this.ends[code] = this.used;
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

/** FNV-1a over the bytes, then the finalizer of MurmurHash3, whose low bits depend on all others. */
function hashOf(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
