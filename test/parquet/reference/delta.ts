import { unpackBits } from './bit-packing';
import { MalformedError } from '../../../lambda/parquet/errors';

/** More than any writer uses; bounds the scratch memory that a damaged header can ask for. */
const LARGEST_MINIBLOCK = 1 << 16;

/** Decoded words and the position behind the encoding. */
export interface DeltaValues {
  /** One 32-bit word per value, or two (low, high) for 64-bit values. */
  readonly words: Int32Array;
  readonly end: number;
}

/**
 * DELTA_BINARY_PACKED (Encodings.md of apache/parquet-format) of `count` values of 32 or 64 bits. Sums wrap around as the
 * format demands: in 64 bits by carrying between two 32-bit halves.
 */
export function decodeDelta(bytes: Uint8Array, start: number, end: number, count: number, wordsPerValue: 1 | 2): DeltaValues {
  const reader = new VarintReader(bytes, start, end);
  const blockSize = reader.uint32();
  const miniblocks = reader.uint32();
  const total = reader.uint32();
  const size = blockSize / miniblocks;
  if (!Number.isInteger(size) || size === 0 || size % 8 !== 0 || size > LARGEST_MINIBLOCK) {
    throw new MalformedError(`delta blocks of ${blockSize} values in ${miniblocks} miniblocks`);
  }
  if (total !== count) throw new MalformedError(`${total} delta-encoded values where ${count} are expected`);
  // A miniblock takes at least its width byte: so many blocks cannot follow from so few bytes.
  if ((total - 1) / size > end - start) throw new MalformedError(`${total} delta-encoded values in ${end - start} bytes`);
  const words = new Int32Array(count * wordsPerValue);
  reader.zigzag64();
  let low = reader.low;
  let high = reader.high;
  const lowWords = new Int32Array(size);
  const highWords = new Int32Array(size);
  let next = 0;
  if (count > 0) next = store(words, 0, low, high, wordsPerValue);
  let left = count - 1;
  while (left > 0) {
    reader.zigzag64();
    const minLow = reader.low;
    const minHigh = reader.high;
    const widths = reader.position;
    reader.skip(miniblocks);
    for (let miniblock = 0; miniblock < miniblocks && left > 0; miniblock++) {
      const width = bytes[widths + miniblock];
      const values = Math.min(size, left);
      if (width > 64 || Math.ceil((values * width) / 8) > end - reader.position) throw new MalformedError(`delta-encoded data end ${left} values early`);
      if (width <= 32) {
        unpackBits(bytes, reader.position, width, values, lowWords, 0);
        if (wordsPerValue === 2) highWords.fill(0);
      } else unpackWide(bytes, reader.position, width, values, lowWords, highWords);
      reader.position = Math.min(end, reader.position + (size / 8) * width);
      if (wordsPerValue === 1) {
        for (let i = 0; i < values; i++) {
          low = (low + minLow + lowWords[i]) | 0;
          words[next++] = low;
        }
      } else {
        for (let i = 0; i < values; i++) {
          const sum = (low >>> 0) + (minLow >>> 0) + (lowWords[i] >>> 0);
          high = (high + minHigh + highWords[i] + (sum >= 0x2_0000_0000 ? 2 : sum >= 0x1_0000_0000 ? 1 : 0)) | 0;
          low = sum | 0;
          words[next++] = low;
          words[next++] = high;
        }
      }
      left -= values;
    }
  }
  return { words, end: reader.position };
}

function store(words: Int32Array, at: number, low: number, high: number, wordsPerValue: 1 | 2): number {
  words[at] = low;
  if (wordsPerValue === 2) words[at + 1] = high;
  return at + wordsPerValue;
}

/** Widths of 33 to 64 bits, into two words per value. */
function unpackWide(bytes: Uint8Array, start: number, width: number, count: number, low: Int32Array, high: Int32Array): void {
  let position = start;
  let bit = 0;
  const take = (bits: number): number => {
    let value = 0;
    for (let got = 0; got < bits; ) {
      const chunk = Math.min(8 - bit, bits - got);
      value |= ((bytes[position] >>> bit) & ((1 << chunk) - 1)) << got;
      got += chunk;
      bit += chunk;
      position += bit >>> 3;
      bit &= 7;
    }
    return value;
  };
  for (let i = 0; i < count; i++) {
    low[i] = take(32);
    high[i] = take(width - 32);
  }
}

class VarintReader {
  low = 0;
  high = 0;

  constructor(
    private readonly bytes: Uint8Array,
    public position: number,
    private readonly end: number,
  ) {}

  skip(count: number): void {
    if (count > this.end - this.position) throw new MalformedError('delta-encoded data end within a block header');
    this.position += count;
  }

  uint32(): number {
    this.varint64();
    if (this.high !== 0) throw new MalformedError('a delta header with a number beyond 32 bits');
    return this.low >>> 0;
  }

  zigzag64(): void {
    this.varint64();
    const sign = -(this.low & 1);
    this.low = ((this.low >>> 1) | (this.high << 31)) ^ sign;
    this.high = (this.high >>> 1) ^ sign;
  }

  private varint64(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) throw new MalformedError('delta-encoded data end within a number');
      const byte = this.bytes[this.position++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.low = low;
        this.high = high;
        return;
      }
    }
    throw new MalformedError('a delta-encoded number longer than 10 bytes');
  }
}
