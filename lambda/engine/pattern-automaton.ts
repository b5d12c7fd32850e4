import { RE2JS } from 're2js';

/**
 * A deterministic automaton over a text's bytes in UTF-8, and its end. A state is the place of its row in `next`. With its end at the
 * latest each text comes to the first state, and is rejected, or to the second, and is accepted; nothing leads on from these.
 */
export interface TextAutomaton {
  /** The next state, at state + byte, or + `END` behind the last byte: rows of `ROW_LENGTH`. */
  readonly next: Uint32Array;
  readonly start: number;
  readonly accepted: number;
}

export const END = 256;
export const ROW_LENGTH = END + 1;

/** Most patterns need some thirty, and a millisecond. So many are found in 2 to 20, or 140 where code points are of a thousand classes. */
const MOST_STATES = 1024;
/** Of RE2JS's program: of some with 1,600 the first thousand states took half a second. RE2JS itself ends at 8 MB of states. */
const MOST_STEPS = 500;

const ASCII = 128;
const REPLACEMENT = 0xfffd;

/**
 * What `RE2JS.test` says of a text, as an automaton that never goes back: bytes that are no UTF-8 count as U+FFFD, one for each part that
 * a decoder replaces by it (WHATWG, Encoding Standard, "UTF-8 decoder"). Null where the pattern is too long or needs too many states.
 *
 * @throws RE2JSException for what is no regular expression
 */
export function textAutomaton(pattern: string): TextAutomaton | null {
  const compiled = RE2JS.compile(pattern);
  const points: Determinizer = compiled.re2().dfa;
  if (points.failed || compiled.programSize() > MOST_STEPS) return null;
  try {
    return new AutomatonBuilder(points).build();
  } catch (error) {
    if (error instanceof TooManyStates) return null;
    throw error;
  }
}

class TooManyStates extends Error {}

/** RE2JS's own automaton over code points, made state by state; a step is null where it has become too large. */
interface Determinizer {
  /** Whether the pattern has none. */
  readonly failed: boolean;
  /** Of code points between which the pattern makes no difference. */
  readonly numClasses: number;
  runeClass(codePoint: number): number;
  start(input: { context(): number }, position: number): PointState | null;
  step(state: PointState, pointClass: number, codePoint: number, anchor: number): PointState | null;
}

interface PointState {
  /** Whether what has been read contains a match. */
  readonly isMatch: boolean;
}

/** Of `Determinizer`: the end of a text as a code point, a match anywhere, the first place of a text. */
const END_OF_TEXT = -1;
const UNANCHORED = 0;
const BEGIN_OF_TEXT = { context: () => 1 | 4 };

/** The first bytes of a sequence of several: what they say of the code point, how many are to follow, and what the next one may be. */
interface Sequence {
  readonly prefix: number;
  readonly following: number;
  readonly least: number;
  readonly most: number;
}

/** Between code points, or within one. */
interface ByteState {
  readonly before: PointState;
  readonly within: Sequence | null;
}

const REJECTED = 0;
const ACCEPTED = 1;
const FIRST_STATE = 2;

/** Rows hold numbers of states, in the order in which they were found, until all are known. */
class AutomatonBuilder {
  /** Per byte of ASCII the first that the pattern tells no difference from. */
  readonly #ascii: readonly number[];
  readonly #between = new Map<PointState, number>();
  readonly #within = new Map<number, number>();
  readonly #states: ByteState[] = [];
  readonly #rows: (Uint32Array | undefined)[] = [REJECTED, ACCEPTED].map((state) => new Uint32Array(ROW_LENGTH).fill(state));

  constructor(private readonly points: Determinizer) {
    const classes = Array.from({ length: ASCII }, (_, byte) => points.runeClass(byte));
    this.#ascii = classes.map((pointClass) => classes.indexOf(pointClass));
  }

  /** @throws TooManyStates */
  build(): TextAutomaton {
    const start = this.#numberBetween(this.points.start(BEGIN_OF_TEXT, 0));
    const rows = [this.#rowOf(REJECTED), this.#rowOf(ACCEPTED)];
    while (rows.length < FIRST_STATE + this.#states.length) rows.push(this.#rowOf(rows.length));
    const hopeful = leadingTo(ACCEPTED, rows);
    const next = new Uint32Array(rows.length * ROW_LENGTH);
    let place = 0;
    for (const row of rows) {
      for (const to of row) next[place++] = hopeful[to] * to * ROW_LENGTH;
    }
    return { next, start: start * ROW_LENGTH, accepted: ACCEPTED * ROW_LENGTH };
  }

  #numberBetween(state: PointState | null): number {
    if (state === null) throw new TooManyStates();
    if (state.isMatch) return ACCEPTED;
    const number = this.#between.get(state) ?? this.#add({ before: state, within: null });
    this.#between.set(state, number);
    return number;
  }

  /** Sequences whose code points are all of one class are told apart by what these lead to, and what U+FFFD does. */
  #numberWithin(state: PointState, sequence: Sequence): number {
    const { prefix, following, least, most } = sequence;
    const rest = 6 * (following - 1);
    const lowest = ((prefix << 6) | (least & 0x3f)) << rest;
    const first = this.points.runeClass(lowest);
    const last = this.points.runeClass((((prefix << 6) | (most & 0x3f)) << rest) | ((1 << rest) - 1));
    const after = first === last ? -1 - (this.#after(state, lowest) * MOST_STATES + this.#after(state, REPLACEMENT)) : this.#numberBetween(state) * 2 ** 16 + prefix;
    const key = ((after * 4 + following) * 2 ** 8 + least) * 2 ** 8 + most;
    const number = this.#within.get(key) ?? this.#add({ before: state, within: sequence });
    this.#within.set(key, number);
    return number;
  }

  #add(state: ByteState): number {
    const number = FIRST_STATE + this.#states.length;
    if (number === MOST_STATES) throw new TooManyStates();
    this.#states.push(state);
    return number;
  }

  #rowOf(number: number): Uint32Array {
    return (this.#rows[number] ??= this.#makeRow(this.#states[number - FIRST_STATE]));
  }

  #makeRow({ before, within }: ByteState): Uint32Array {
    return within === null ? this.#rowBetween(before) : this.#rowWithin(before, within);
  }

  #rowBetween(state: PointState): Uint32Array {
    const row = new Uint32Array(ROW_LENGTH);
    this.#ascii.forEach((alike, byte) => { row[byte] = alike < byte ? row[alike] : this.#after(state, byte); });
    row.fill(this.#after(state, REPLACEMENT), ASCII, END);
    for (let lead = 0xc2; lead <= 0xf4; lead++) row[lead] = this.#numberWithin(state, sequenceOf(lead));
    row[END] = this.#step(state, this.points.numClasses, END_OF_TEXT).isMatch ? ACCEPTED : REJECTED;
    return row;
  }

  /** A byte that cannot follow is read again, behind U+FFFD. */
  #rowWithin(state: PointState, { prefix, following, least, most }: Sequence): Uint32Array {
    const row = this.#rowOf(this.#after(state, REPLACEMENT)).slice();
    for (let byte = least; byte <= most; byte++) {
      const read = (prefix << 6) | (byte & 0x3f);
      row[byte] = following === 1 ? this.#after(state, read) : this.#numberWithin(state, { prefix: read, following: following - 1, least: 0x80, most: 0xbf });
    }
    return row;
  }

  #after(state: PointState, codePoint: number): number {
    return this.#numberBetween(this.#step(state, this.points.runeClass(codePoint), codePoint));
  }

  #step(state: PointState, pointClass: number, codePoint: number): PointState {
    const next = this.points.step(state, pointClass, codePoint, UNANCHORED);
    if (next === null) throw new TooManyStates();
    return next;
  }
}

/** What may follow a byte that begins a sequence, of 0xc2 to 0xf4 (Unicode, table 3-7: no surrogates, nothing longer than need be). */
function sequenceOf(lead: number): Sequence {
  if (lead < 0xe0) return { prefix: lead & 0x1f, following: 1, least: 0x80, most: 0xbf };
  if (lead < 0xf0) return { prefix: lead & 0x0f, following: 2, least: lead === 0xe0 ? 0xa0 : 0x80, most: lead === 0xed ? 0x9f : 0xbf };
  return { prefix: lead & 0x07, following: 3, least: lead === 0xf0 ? 0x90 : 0x80, most: lead === 0xf4 ? 0x8f : 0xbf };
}

/** Per state 1 where another may be reached from it. */
function leadingTo(goal: number, rows: readonly Uint32Array[]): Uint8Array {
  const leading = new Uint8Array(rows.length);
  leading[goal] = 1;
  for (let before = 0, found = 1; found > before;) {
    before = found;
    // From the last, as states mostly lead to ones found later.
    for (let state = rows.length - 1; state >= 0; state--) {
      let leads = leading[state];
      for (const to of rows[state]) leads |= leading[to];
      found += leads - leading[state];
      leading[state] = leads;
    }
  }
  return leading;
}
