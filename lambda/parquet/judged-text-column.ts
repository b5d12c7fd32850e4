import { Codes } from '../engine/codes';
import type { StringColumn } from '../engine/columns';
import type { PartMemory } from '../engine/part-memory';
import { plainByteArrays } from './byte-arrays';
import type { ColumnBuilder } from './column-builder';
import { Encoding, isDictionaryEncoding } from './encoding';
import type { Address, Kernels } from './kernels/kernels';
import { byteArraysOutcome } from './kernels/outcomes';
import type { LookupTable, Page } from './page';
import { lookUp, required, spread } from './page';
import { EncodedTests, type TextTest } from './text-tests';

const LENGTH_BYTES = 4;

/**
 * Text of which only some tests are asked, judged as it lies in the file: a row's code says what the tests say of its text, and the code's
 * string is a text of which they say the same. So none of them is looked up among the distinct ones, and no string is made of most.
 */
export class JudgedTextColumnBuilder implements ColumnBuilder {
  private readonly tests: EncodedTests;
  private readonly codes: Uint8Array;
  /** By combination of what the tests say; null where no text was found yet. */
  private readonly examples: (string | null)[];
  private dictionary: LookupTable | null = null;

  /** @param tests as few as `MOST_TESTS` */
  constructor(tests: readonly TextTest[], rowCount: number, memory: PartMemory) {
    this.tests = new EncodedTests(tests);
    this.codes = memory.bytes(rowCount);
    this.examples = Array.from({ length: this.tests.combinations }, () => null);
  }

  setDictionary(kernels: Kernels, bytes: Uint8Array, size: number): void {
    this.dictionary = { size, entries: this.judge(kernels, Encoding.PLAIN, bytes, size) };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(page: Page): void {
    const { kernels, encoding, bytes, present, firstRow, rows } = page;
    if (present === 0) {
      this.codes.fill(0, firstRow, firstRow + rows);
      return;
    }
    const codes = isDictionaryEncoding(encoding) ? lookUp(page, required(this.dictionary), 1) : this.judge(kernels, encoding, bytes, present);
    kernels.copyOut(spread(page, codes, 1, 0), rows, this.codes, firstRow);
  }

  finish(): StringColumn {
    return { type: 'STRING', codes: Codes.ofBytes(this.codes), dictionary: this.examples.map((example) => example ?? '') };
  }

  /** A byte for each text, in the kernels' memory. Views on that may end here. */
  private judge(kernels: Kernels, encoding: number, bytes: Uint8Array, count: number): Address {
    const codes = kernels.allocate(count);
    const texts = plainByteArrays(kernels, encoding, bytes, count);
    const { length } = texts;
    const start = kernels.holds(texts) ? texts.byteOffset : kernels.copyInMore(texts);
    kernels.bytes(codes, count).fill(0);
    const { tests, examples } = this;
    if (tests.automata.length > 0) this.runAutomata(kernels, start, length, count, codes);
    const needles = kernels.allocateMore(tests.byteLength);
    const firsts = kernels.allocateMore(4 * examples.length);
    tests.write(kernels.bytes(needles, tests.byteLength));
    const found = kernels.int32s(firsts, examples.length).fill(0);
    const outcome = kernels.run.judgeTexts(start, start + length, count, needles, tests.needleCount, codes, firsts);
    byteArraysOutcome(kernels, outcome, kernels.bytes(start, length), count);
    found.forEach((address, combination) => {
      if (address !== 0) examples[combination] ??= textAt(kernels, address);
    });
    return codes;
  }

  private runAutomata(kernels: Kernels, start: Address, length: number, count: number, codes: Address): void {
    for (const { bit, automaton } of this.tests.automata) {
      const { next } = automaton;
      const states = kernels.copyInMore(new Uint8Array(next.buffer));
      kernels.run.placeStates(states, next.length);
      const [first, accepted] = [states + 4 * automaton.start, states + 4 * automaton.accepted];
      const outcome = kernels.run.acceptTexts(start, start + length, count, first, accepted, bit, codes);
      byteArraysOutcome(kernels, outcome, kernels.bytes(start, length), count);
    }
  }
}

/** A text behind its length. */
function textAt(kernels: Kernels, address: Address): string {
  const length = Buffer.from(kernels.bytes(address, LENGTH_BYTES)).readUInt32LE();
  return Buffer.from(kernels.bytes(address + LENGTH_BYTES, length)).toString('utf8');
}
