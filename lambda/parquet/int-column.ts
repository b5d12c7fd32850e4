import type { IntColumn } from '../engine/columns';
import type { ColumnBuilder } from './column-builder';
import { spreadValues, spreadWideValues } from './column-builder';
import { DictionaryIndices, required } from './dictionary-indices';
import { Encoding, isDictionaryEncoding } from './encoding';
import type { FixedWidth } from './fixed-width';
import { plainLayout, wordsOf } from './fixed-width';
import type { IntegerSource } from './integers';
import { INTEGER_LAYOUT, allSafe, toDoubles, toWide } from './integers';

interface IntDictionary {
  readonly count: number;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  /** Whether all entries, used or not, are exact as doubles. */
  readonly exact: boolean;
}

/** Integers as doubles, until a value outside ±(2^53 − 1) turns up: from then on as 64-bit integers. */
export class IntColumnBuilder implements ColumnBuilder {
  private readonly layout: FixedWidth;
  private readonly doubles: Float64Array;
  private readonly indices = new DictionaryIndices();
  private wide: BigInt64Array | BigUint64Array | null = null;
  private dictionary: IntDictionary | null = null;

  constructor(
    private readonly source: IntegerSource,
    private readonly rowCount: number,
  ) {
    this.layout = INTEGER_LAYOUT[source];
    this.doubles = new Float64Array(rowCount);
  }

  setDictionary(bytes: Uint8Array, count: number): void {
    const words = wordsOf(plainLayout(Encoding.PLAIN, this.layout, bytes, count));
    const doubles = new Float64Array(count);
    this.dictionary = { count, words, doubles, exact: toDoubles(this.source, words, count, doubles, 0) };
  }

  clearDictionary(): void {
    this.dictionary = null;
  }

  decode(encoding: number, bytes: Uint8Array, count: number, row: number): void {
    if (isDictionaryEncoding(encoding)) this.decodeIndices(bytes, count, row);
    else this.place(wordsOf(plainLayout(encoding, this.layout, bytes, count)), count, row);
  }

  spread(nulls: Uint8Array, row: number, rows: number, present: number): void {
    if (this.wide === null) spreadValues(this.doubles, 0, nulls, row, rows, present);
    else spreadWideValues(this.wide, nulls, row, rows, present);
  }

  finish(nulls: Uint8Array | null): IntColumn {
    return { type: 'INT', values: this.wide ?? this.doubles, nulls };
  }

  private place(words: Int32Array, count: number, row: number): void {
    if (this.wide === null && toDoubles(this.source, words, count, this.doubles, row)) return;
    toWide(this.source, words, count, this.wide ?? this.widen(row, count), row);
  }

  private decodeIndices(bytes: Uint8Array, count: number, row: number): void {
    const dictionary = required(this.dictionary);
    const indices = this.indices.decode(bytes, dictionary.count, count);
    if (this.wide === null) {
      gather(dictionary.doubles, indices, count, this.doubles, row);
      if (dictionary.exact || allSafe(this.doubles, row, count)) return;
    }
    const wordsPerValue = this.layout.width / 4;
    const words = new Int32Array(count * wordsPerValue);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < wordsPerValue; k++) words[i * wordsPerValue + k] = dictionary.words[indices[i] * wordsPerValue + k];
    }
    toWide(this.source, words, count, this.wide ?? this.widen(row, count), row);
  }

  /** Turns what is there, the `count` values at `row` excepted, into 64-bit integers. */
  private widen(row: number, count: number): BigInt64Array | BigUint64Array {
    const wide = this.source === 'UINT64' ? new BigUint64Array(this.rowCount) : new BigInt64Array(this.rowCount);
    this.doubles.fill(0, row, row + count);
    for (let i = 0; i < this.rowCount; i++) if (this.doubles[i] !== 0) wide[i] = BigInt(this.doubles[i]);
    this.wide = wide;
    return wide;
  }
}

function gather(dictionary: Float64Array, indices: Int32Array, count: number, out: Float64Array, row: number): void {
  for (let i = 0; i < count; i++) out[row + i] = dictionary[indices[i]];
}
