import { isAscii } from 'node:buffer';
import type { ByteArrays } from './byte-arrays';
import { TextTable } from './text-table';

const REPLACEMENT = '\ufffd';
/** Well below the longest string of V8, so that the whole dictionary can be cut out of one string. */
const LONGEST_JOINT_STRING = 1 << 28;

/** Distinct strings in the order of their first occurrence, found by their bytes; a JS string is made once per distinct value. */
export class StringDictionary {
  private readonly table = new TextTable();

  /** Fills `codes` with those of as many texts, which are UTF-8. */
  addAll(texts: ByteArrays, codes: Int32Array): void {
    this.table.addAll(texts, codes);
  }

  /**
   * The strings by code, once all are in. Ill-formed UTF-8 becomes replacement characters, upon which different bytes may read the same:
   * `recode` then maps each code to that of the string's first occurrence, and is null in every other case.
   */
  strings(): { strings: string[]; recode: Int32Array | null } {
    try {
      return this.distinct();
    } finally {
      this.table.release();
    }
  }

  private distinct(): { strings: string[]; recode: Int32Array | null } {
    const bytes = this.table.text;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isAscii(text) && text.length <= LONGEST_JOINT_STRING) return { strings: this.cut(text.toString('latin1')), recode: null };
    const strings = this.decode(text);
    if (!strings.some((string) => string.includes(REPLACEMENT))) return { strings, recode: null };
    const codes = new Map<string, number>();
    const recode = new Int32Array(this.table.size);
    strings.forEach((string, code) => {
      const known = codes.get(string);
      recode[code] = known ?? codes.size;
      if (known === undefined) codes.set(string, codes.size);
    });
    return { strings: [...codes.keys()], recode };
  }

  /** The texts out of all of them as one string of as many characters as there are bytes. */
  private cut(joint: string): string[] {
    const { size, starts } = this.table;
    const strings = new Array<string>(size);
    for (let code = 0; code < size; code++) strings[code] = joint.slice(starts[code], starts[code + 1]);
    return strings;
  }

  private decode(text: Buffer): string[] {
    const { size, starts } = this.table;
    const strings = new Array<string>(size);
    for (let code = 0; code < size; code++) strings[code] = text.toString('utf8', starts[code], starts[code + 1]);
    return strings;
  }
}
