import type { TextAutomaton } from '../engine/pattern-automaton';

/** What may be asked of a text. */
export type TextTest = NeedleTest | PatternTest;

/** Whether it is one of some texts, or begins with, ends with or contains one of them. All are well-formed, and none has U+FFFD, as which ill-formed text reads. */
export interface NeedleTest {
  readonly kind: 'is' | 'starts' | 'ends' | 'contains';
  readonly texts: readonly string[];
}

/** Whether an automaton accepts it. */
export interface PatternTest {
  readonly kind: 'matches';
  readonly automaton: TextAutomaton;
}

/** Tests of a column at once: each combination of what they say is a code of one byte. */
export const MOST_TESTS = 7;

/** As in kernels/assembly/text-tests.ts. */
const KINDS: Readonly<Record<NeedleTest['kind'], number>> = { is: 0, starts: 1, ends: 2, contains: 3 };

const NUMBERS = 4;

/** Tests as bytes that a kernel reads. */
export class EncodedTests {
  readonly #needles: readonly { readonly kind: number; readonly bit: number; readonly text: Buffer }[];
  /** Each with the bit that says whether it accepts. */
  readonly automata: readonly { readonly bit: number; readonly automaton: TextAutomaton }[];

  /** @param tests `MOST_TESTS` at most */
  constructor(readonly tests: readonly TextTest[]) {
    this.#needles = tests.flatMap((test, index) => (test.kind === 'matches' ? [] : test.texts.map((text) => ({ kind: KINDS[test.kind], bit: 1 << index, text: Buffer.from(text) }))));
    this.automata = tests.flatMap((test, index) => (test.kind === 'matches' ? [{ bit: 1 << index, automaton: test.automaton }] : []));
  }

  get needleCount(): number {
    return this.#needles.length;
  }

  /** What a text may be found to be: combinations of what the tests say. */
  get combinations(): number {
    return 2 ** this.tests.length;
  }

  get byteLength(): number {
    return this.#needles.reduce((bytes, { text }) => bytes + text.length, NUMBERS * 4 * this.#needles.length);
  }

  /** Writes them to where they are to lie at an address of the kernels' memory. */
  write(bytes: Uint8Array): void {
    const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let end = NUMBERS * 4 * this.#needles.length;
    for (const [index, { kind, bit, text }] of this.#needles.entries()) {
      [kind, bit, bytes.byteOffset + end, text.length].forEach((number, place) => { numbers.setUint32((index * NUMBERS + place) * 4, number, true); });
      bytes.set(text, end);
      end += text.length;
    }
  }
}
