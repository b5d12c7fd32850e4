import { bitsOfStream, nextBits } from './bit-streams';
import { firstState, readStates, stateAfter, stateLog, valueOf } from './finite-states';

/** Zstandard's Huffman codes (RFC 8878, 4.2): a table from the next bits to a byte and, above it, how many bits it has. */

const MOST_BITS: u32 = 11;
const TABLE = memory.data(2 << 11);
const MOST_SYMBOLS: usize = 256;
const WEIGHTS = memory.data(256);
/** Of each weight where its next code's entries begin, 32 bits. */
const PLACES = memory.data(4 * 12);

/** Weights are numbers up to the most bits of a code, described by a table of states of at most 2^6. */
const LAST_WEIGHT: u32 = MOST_BITS;
const MOST_WEIGHTS_LOG: u32 = 6;
const WEIGHT_STATES = memory.data(8 << 6);
const WEIGHT_VALUES = memory.data<u32>([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
const WEIGHT_BITS = memory.data(12);

/** Bits that a look-up takes; 0 where there are no codes. */
let tableLog: u32 = 0;

/** Symbols that are decoded between two loads of bits: five have 55 at most. */
const SYMBOLS_PER_LOAD: usize = 5;

/** Before a frame: it has no codes but its own. */
export function forgetCodes(): void {
  tableLog = 0;
}

/** Whether there are codes of a block before. */
export function hasCodes(): bool {
  return tableLog > 0;
}

/** Reads the description of codes. Returns where it ends, or 0. */
export function readCodes(src: usize, end: usize): usize {
  tableLog = 0;
  if (src >= end) return 0;
  const header = <u32>load<u8>(src++);
  const direct = header > 127;
  const next = src + (direct ? (header - 126) >>> 1 : header);
  if (next > end) return 0;
  const count = direct ? copyWeights(src, header - 127) : readWeights(src, next);
  return count > 0 && makeCodes(count) ? next : 0;
}

/** Four bits each, the first one highest. */
function copyWeights(src: usize, count: u32): u32 {
  for (let symbol: usize = 0; symbol < count; symbol++) {
    const pair = <u32>load<u8>(src + (symbol >>> 1));
    store<u8>(WEIGHTS + symbol, (symbol & 1) === 0 ? pair >>> 4 : pair & 15);
  }
  return count;
}

/** By two states in turns, until one takes more bits than there are. Returns how many weights there are, or 0. */
function readWeights(src: usize, end: usize): u32 {
  const stream = readStates(src, end, LAST_WEIGHT, MOST_WEIGHTS_LOG, WEIGHT_STATES, WEIGHT_VALUES, WEIGHT_BITS);
  if (stream === 0) return 0;
  let left = bitsOfStream(stream, <u32>(end - stream));
  if (left < <i32>(2 * stateLog)) return 0;
  let state = firstState(stream, left, stateLog);
  left -= stateLog;
  let other = firstState(stream, left, stateLog);
  left -= stateLog;
  for (let count: usize = 0; count < MOST_SYMBOLS - 2; count++) {
    const entry = load<u64>(WEIGHT_STATES + state);
    store<u8>(WEIGHTS + count, valueOf(entry));
    const after = stateAfter(entry, nextBits(stream, left));
    left -= <i32>(entry & 0xff);
    if (left < 0) {
      store<u8>(WEIGHTS + count + 1, valueOf(load<u64>(WEIGHT_STATES + other)));
      return <u32>count + 2;
    }
    state = other;
    other = after;
  }
  return 0;
}

/** The codes of symbols by their weights, of which the last one is what is missing. */
function makeCodes(count: usize): bool {
  let total: u32 = 0;
  memory.fill(PLACES, 0, 4 * 12);
  for (let symbol: usize = 0; symbol < count; symbol++) {
    const weight = <u32>load<u8>(WEIGHTS + symbol);
    if (weight > LAST_WEIGHT) return false;
    if (weight > 0) total += 1 << (weight - 1);
    addPlaces(weight);
  }
  if (total === 0) return false;
  const log: u32 = 32 - clz(total);
  const missing = (<u32>1 << log) - total;
  if (log > MOST_BITS || (missing & (missing - 1)) !== 0) return false;
  const lastWeight: u32 = 32 - clz(missing);
  store<u8>(WEIGHTS + count, lastWeight);
  addPlaces(lastWeight);
  if (load<u32>(PLACES, 4) < 2) return false;
  let first: u32 = 0;
  for (let weight: usize = 1; weight <= <usize>log; weight++) {
    const codes = load<u32>(PLACES + (weight << 2));
    store<u32>(PLACES + (weight << 2), first);
    first += codes << <u32>(weight - 1);
  }
  for (let symbol: usize = 0; symbol <= count; symbol++) {
    const weight = <usize>load<u8>(WEIGHTS + symbol);
    if (weight === 0) continue;
    const place = load<u32>(PLACES + (weight << 2));
    const places = <u32>1 << <u32>(weight - 1);
    store<u32>(PLACES + (weight << 2), place + places);
    fillCodes(TABLE + (<usize>place << 1), places, <u16>symbol | (<u16>(log + 1 - <u32>weight) << 8));
  }
  tableLog = log;
  return true;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function addPlaces(weight: usize): void {
  store<u32>(PLACES + (weight << 2), load<u32>(PLACES + (weight << 2)) + 1);
}

function fillCodes(table: usize, places: u32, entry: u16): void {
  if (places < 8) {
    for (let place: usize = 0; place < places; place++) store<u16>(table + (place << 1), entry);
    return;
  }
  const entries = i16x8.splat(entry);
  for (const end = table + (<usize>places << 1); table < end; table += 16) v128.store(table, entries);
}

/** Decodes exactly a stream's bytes. */
export function decodeStream(src: usize, size: u32, to: usize, toEnd: usize): bool {
  return finishStream(src, bitsOfStream(src, size), to, toEnd);
}

/** Four streams in step, behind the sizes of the first three; each but the last has a fourth of the bytes, rounded up. */
export function decodeStreams(src: usize, end: usize, to: usize, count: u32): bool {
  if (end - src < 10) return false;
  const size1 = <u32>load<u16>(src);
  const size2 = <u32>load<u16>(src, 2);
  const size3 = <u32>load<u16>(src, 4);
  const start1 = src + 6;
  const start2 = start1 + size1;
  const start3 = start2 + size2;
  const start4 = start3 + size3;
  const segment: usize = (count + 3) >>> 2;
  if (start4 >= end || segment * 3 > count) return false;
  let left1 = bitsOfStream(start1, size1);
  let left2 = bitsOfStream(start2, size2);
  let left3 = bitsOfStream(start3, size3);
  let left4 = bitsOfStream(start4, <u32>(end - start4));
  const toEnd = to + count;
  const to1 = to;
  const last = toEnd - 3 * segment;
  const shift = <u64>(64 - tableLog);
  while (min(min(left1, left2), min(left3, left4)) >= 64 && to + SYMBOLS_PER_LOAD <= last) {
    let word1 = nextBits(start1, left1);
    let word2 = nextBits(start2, left2);
    let word3 = nextBits(start3, left3);
    let word4 = nextBits(start4, left4);
    for (let place: usize = 0; place < SYMBOLS_PER_LOAD; place++) {
      const code1 = codeOf(word1, shift);
      const code2 = codeOf(word2, shift);
      const code3 = codeOf(word3, shift);
      const code4 = codeOf(word4, shift);
      const at = to + place;
      store<u8>(at, code1);
      store<u8>(at + segment, code2);
      store<u8>(at + 2 * segment, code3);
      store<u8>(at + 3 * segment, code4);
      const width1 = code1 >>> 8;
      const width2 = code2 >>> 8;
      const width3 = code3 >>> 8;
      const width4 = code4 >>> 8;
      word1 <<= width1;
      word2 <<= width2;
      word3 <<= width3;
      word4 <<= width4;
      left1 -= width1;
      left2 -= width2;
      left3 -= width3;
      left4 -= width4;
    }
    to += SYMBOLS_PER_LOAD;
  }
  return finishStream(start1, left1, to, to1 + segment)
    && finishStream(start2, left2, to + segment, to1 + 2 * segment)
    && finishStream(start3, left3, to + 2 * segment, to1 + 3 * segment)
    && finishStream(start4, left4, to + 3 * segment, toEnd);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function codeOf(word: u64, shift: u64): u32 {
  return load<u16>(TABLE + (<usize>(word >>> shift) << 1));
}

/** Whether the bits that are left are the bytes that are, and no others. */
function finishStream(src: usize, left: i32, to: usize, toEnd: usize): bool {
  const shift = <u64>(64 - tableLog);
  while (to < toEnd && left > 0) {
    const code = codeOf(nextBits(src, left), shift);
    store<u8>(to++, code);
    left -= code >>> 8;
  }
  return to === toEnd && left === 0;
}
