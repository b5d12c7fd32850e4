import { isAscii, isUtf8 } from 'node:buffer';
import type { PartMemory } from '../engine/part-memory';
import { TextTable } from './text-table';

/** Well below the longest string of V8, so that the whole dictionary can be cut out of one string. */
const LONGEST_JOINT_STRING = 1 << 28;

/** Texts one after the other: text `code` from `starts[code]` up to `starts[code + 1]`. */
interface Texts {
  readonly text: Buffer;
  readonly starts: Int32Array;
}

export interface DistinctStrings {
  /** By code. They are made once somebody asks for them: of group IDs nobody does, and a string takes more time than finding its code. */
  readonly strings: readonly string[];
  /** What each code is to be replaced by, for the codes of `strings`; null: by nothing. */
  readonly recode: Int32Array | null;
}

/** Distinct strings in the order of their first occurrence, found by their bytes; a JS string is made once per distinct value. */
export class StringDictionary {
  private readonly table = new TextTable();

  /** How many distinct texts there are, by their bytes. */
  get size(): number {
    return this.table.size;
  }

  /** Whether no text was less than the one before it. */
  get ascends(): boolean {
    return this.table.ascends;
  }

  /** Fills `codes` with those of as many texts, which are UTF-8, each behind its length in 4 bytes. Throws a `MalformedError`. */
  addPlain(bytes: Uint8Array, codes: Int32Array): void {
    this.table.addPlain(bytes, codes);
  }

  /**
   * The strings, once all are in. Ill-formed UTF-8 becomes replacement characters, upon which different bytes may read the same:
   * `recode` then maps each code to that of the string's first occurrence, and is null in every other case.
   * @param memory where their bytes are kept for that
   */
  strings(memory: PartMemory): DistinctStrings {
    const { table } = this;
    const joint = table.join();
    const bytes = memory.bytes(joint.text.length);
    const starts = memory.integers(joint.starts.length);
    bytes.set(joint.text);
    starts.set(joint.starts);
    table.release();
    const texts = { text: Buffer.from(bytes.buffer, 0, bytes.length), starts };
    if (isAscii(texts.text) && bytes.length <= LONGEST_JOINT_STRING) return onceAskedFor(() => cut(texts));
    return isWellFormed(texts) ? onceAskedFor(() => decode(texts)) : merged(decode(texts));
  }
}

function onceAskedFor(make: () => string[]): DistinctStrings {
  let strings: string[] | null = null;
  return { get strings() { return (strings ??= make()); }, recode: null };
}

/** Whether each text is: all of them together are, and none begins within a character. */
function isWellFormed({ text, starts }: Texts): boolean {
  if (!isUtf8(text)) return false;
  for (const start of starts) if ((text[start] & 0xc0) === 0x80) return false;
  return true;
}

/** The texts out of all of them as one string of as many characters as there are bytes. */
function cut({ text, starts }: Texts): string[] {
  const joint = text.toString('latin1');
  const strings = new Array<string>(starts.length - 1);
  for (let code = 0; code < strings.length; code++) strings[code] = joint.slice(starts[code], starts[code + 1]);
  return strings;
}

function decode({ text, starts }: Texts): string[] {
  const strings = new Array<string>(starts.length - 1);
  for (let code = 0; code < strings.length; code++) strings[code] = text.toString('utf8', starts[code], starts[code + 1]);
  return strings;
}

function merged(decoded: readonly string[]): DistinctStrings {
  const codes = new Map<string, number>();
  const recode = new Int32Array(decoded.length);
  decoded.forEach((string, code) => {
    const known = codes.get(string);
    recode[code] = known ?? codes.size;
    if (known === undefined) codes.set(string, codes.size);
  });
  return { strings: [...codes.keys()], recode };
}
