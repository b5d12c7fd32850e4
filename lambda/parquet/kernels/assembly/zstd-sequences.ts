import { bitsOfStream, fullBits, highest, nextBits } from './bit-streams';
import { firstState, makeOneState, makeUsualStates, readStates, stateAfter, stateLog, valueOf } from './finite-states';
import { copyFromBefore, copyShort } from './repeat';
import { literals, literalsEnd } from './zstd-literals';

/** A block's sequences, each of which is some literals and a copy of what lies before (RFC 8878, 3.1.1.3.2). */

const USUAL: u32 = 0;
const ONE_STATE: u32 = 1;
const DESCRIBED: u32 = 2;

/** Of a state. */
const VALUE_BITS: u64 = 0xff00;

/** Codes of literals' lengths. */
const LITERALS_LAST: u32 = 35;
const LITERALS_MOST_LOG: u32 = 9;
const LITERALS_STATES = memory.data(8 << 9);
const LITERALS_VALUES = memory.data<u32>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
]);
const LITERALS_BITS = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const LITERALS_USUAL_LOG: u32 = 6;
const LITERALS_USUAL = memory.data<i8>([4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1]);

/** Codes of copies' lengths. */
const COPY_LAST: u32 = 52;
const COPY_MOST_LOG: u32 = 9;
const COPY_STATES = memory.data(8 << 9);
const COPY_VALUES = memory.data<u32>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
  35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
]);
const COPY_BITS = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);
const COPY_USUAL_LOG: u32 = 6;
const COPY_USUAL = memory.data<i8>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
]);

/** Codes of distances: a power of two, and as many bits; from the third code on one more, so that what stands for the last three distances ends below `NEW`. With the last code it would not fit, and all are too far. */
const DISTANCE_LAST: u32 = 31;
const DISTANCE_MOST_LOG: u32 = 8;
const DISTANCE_STATES = memory.data(8 << 8);
const DISTANCE_VALUES = memory.data(4 * 32);
const DISTANCE_BITS = memory.data(32);
for (let code: usize = 0; code <= DISTANCE_LAST; code++) {
  store<u32>(DISTANCE_VALUES + (code << 2), (1 << <u32>code) + <u32>(code > 1 && code < DISTANCE_LAST));
  store<u8>(DISTANCE_BITS + code, code);
}
const DISTANCE_USUAL_LOG: u32 = 5;
const DISTANCE_USUAL_CODES: u32 = 29;
const DISTANCE_USUAL = memory.data<i8>([1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]);

/** What stands for a distance of 1. What is below stands for one of the last three. */
const NEW: usize = 5;

/** Sequences that are written without a look at ends: each reads and writes less than what these say, as powers of two, in bytes and in bits. */
const MOST_STEPS: isize = 1024;
const STEP_LITERALS_BITS: isize = 4;
const STEP_WRITES_BITS: isize = 6;
const STEP_STREAM_BITS: isize = 6;
/** What is read of a stream at once. */
const WORD_BITS: i32 = 64;

/** Distances one after the other, 32 bits each, as they became the last ones: with each step one may be written behind them, which then is the last one or not. */
const DISTANCES = memory.data(4 * (3 + 2 * <i32>MOST_STEPS + 1));
const FIRST_RECENT: usize = DISTANCES + 8;

/** What goes on from block to block: where the distance used last is, with two before it, and tables, of whose states there are so many as a power of two; −1 where there is none. */
let recent: usize = FIRST_RECENT;
let literalsLog: i32 = -1;
let copyLog: i32 = -1;
let distanceLog: i32 = -1;
/** Of the table that `readTable` has read last. */
let tableLog: i32 = -1;

/** Before a frame: it has no tables but its own, and the distances that the format begins with. */
export function beginFrame(): void {
  recent = FIRST_RECENT;
  writeRecent(1, 4, 8);
  literalsLog = copyLog = distanceLog = -1;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function writeRecent(last: usize, second: usize, third: usize): void {
  store<u32>(recent, <u32>last);
  store<u32>(recent - 4, <u32>second);
  store<u32>(recent - 8, <u32>third);
}

/**
 * Writes a block, of the literals that were read and the sequences from `src` up to `end`. Returns where it ends, or 0.
 * @param first byte that a copy may be of
 */
export function runSequences(src: usize, end: usize, first: usize, to: usize, toEnd: usize): usize {
  if (src >= end) return 0;
  const byte = <u32>load<u8>(src);
  let count = byte;
  let next = src + 1;
  if (byte >= 128) {
    count = byte < 255 ? ((byte - 128) << 8) + <u32>load<u8>(src, 1) : <u32>load<u16>(src, 1) + 0x7f00;
    next = src + (byte < 255 ? 2 : 3);
  }
  if (count === 0) return next === end ? takeLiterals(literals, to, toEnd) : 0;
  if (next >= end) return 0;
  const modes = <u32>load<u8>(next++);
  if ((modes & 3) !== 0) return 0;
  next = readTable(
    modes >>> 6, literalsLog, next, end, LITERALS_LAST, LITERALS_MOST_LOG, LITERALS_STATES, LITERALS_VALUES, LITERALS_BITS, LITERALS_USUAL, LITERALS_LAST + 1, LITERALS_USUAL_LOG,
  );
  if (next === 0) return 0;
  literalsLog = tableLog;
  next = readTable(
    (modes >>> 4) & 3, distanceLog, next, end, DISTANCE_LAST, DISTANCE_MOST_LOG, DISTANCE_STATES, DISTANCE_VALUES, DISTANCE_BITS, DISTANCE_USUAL, DISTANCE_USUAL_CODES, DISTANCE_USUAL_LOG,
  );
  if (next === 0) return 0;
  distanceLog = tableLog;
  next = readTable((modes >>> 2) & 3, copyLog, next, end, COPY_LAST, COPY_MOST_LOG, COPY_STATES, COPY_VALUES, COPY_BITS, COPY_USUAL, COPY_LAST + 1, COPY_USUAL_LOG);
  if (next === 0) return 0;
  copyLog = tableLog;
  return writeSequences(next, end, count, first, to, toEnd);
}

function takeLiterals(from: usize, to: usize, toEnd: usize): usize {
  const size = literalsEnd - from;
  if (size > toEnd - to) return 0;
  memory.copy(to, from, size);
  return to + size;
}

/**
 * Reads which states codes have, and makes these unless they are those of a block before. Returns where that ends, or 0.
 * @param before so many as a power of two; negative where there were none
 * @param usual counts of codes that the format has for where it says none
 */
function readTable(
  mode: u32, before: i32, src: usize, end: usize, last: u32, mostLog: u32, table: usize, values: usize, bits: usize, usual: usize, usualCodes: u32, usualLog: u32,
): usize {
  let next = src;
  if (mode === DESCRIBED) next = readStates(src, end, last, mostLog, table, values, bits);
  else if (mode === USUAL) makeUsualStates(usual, usualCodes, usualLog, table, values, bits);
  else if (mode === ONE_STATE) {
    if (src >= end || <u32>load<u8>(src) > last) return 0;
    makeOneState(load<u8>(src), table, values, bits);
    next = src + 1;
  }
  tableLog = mode > DESCRIBED ? before : stateLog;
  return tableLog < 0 ? 0 : next;
}

function writeSequences(src: usize, end: usize, count: u32, first: usize, to: usize, toEnd: usize): usize {
  let left = bitsOfStream(src, <u32>(end - src));
  if (left < literalsLog + distanceLog + copyLog) return 0;
  let literalsAt = LITERALS_STATES + firstState(src, left, literalsLog);
  left -= literalsLog;
  let distanceAt = DISTANCE_STATES + firstState(src, left, distanceLog);
  left -= distanceLog;
  let copyAt = COPY_STATES + firstState(src, left, copyLog);
  left -= copyLog;
  let literal = literals;
  const lastLiteral = literalsEnd;
  let stateBits: i32 = 0;
  while (count > 0) {
    if (recent > FIRST_RECENT + <usize>(4 * MOST_STEPS)) {
      const last = recent;
      recent = FIRST_RECENT;
      writeRecent(load<u32>(last), load<u32>(last - 4), load<u32>(last - 8));
    }
    // What most are: lengths without bits of their own, and a new distance or the last one again. The last sequence is left to what is behind this loop, since no state follows.
    let latest = recent;
    let steps = min<isize>(<isize>(toEnd - to) >> STEP_WRITES_BITS, <isize>(lastLiteral - literal) >> STEP_LITERALS_BITS);
    steps = min<isize>(min<isize>(steps, <isize>(left - WORD_BITS) >> STEP_STREAM_BITS), min<isize>(<isize>count - 1, MOST_STEPS));
    const most = steps;
    while (--steps >= 0) {
      const literalsState = load<u64>(literalsAt);
      const distanceState = load<u64>(distanceAt);
      const copyState = load<u64>(copyAt);
      if (((copyState | literalsState) & VALUE_BITS) !== 0) break;
      let word = fullBits(src, left);
      const stated = <usize>valueOf(distanceState) + <usize>highest(word, distanceState >>> 8);
      const literalsLength = <usize>valueOf(literalsState);
      if (stated + <usize>(literalsLength === 0) - 2 <= 2) break;
      // Nobody can foresee which it is, so there is no branch.
      store<u32>(latest, <u32>(stated - NEW + 1), 4);
      latest += <usize>(stated >= NEW) << 2;
      word <<= distanceState >>> 8;
      const bits = <i32>literalsState + <i32>distanceState + <i32>copyState;
      left -= (bits + (bits >>> 8)) & 0xff;
      literalsAt = LITERALS_STATES + stateAfter(literalsState, word);
      word <<= literalsState;
      copyAt = COPY_STATES + stateAfter(copyState, word);
      word <<= copyState;
      distanceAt = DISTANCE_STATES + stateAfter(distanceState, word);
      const length = <usize>valueOf(copyState);
      v128.store(to, v128.load(literal));
      to += literalsLength;
      literal += literalsLength;
      const distance = <usize>load<u32>(latest);
      if (distance - 1 >= to - first) return 0;
      if (distance < 8) {
        copyFromBefore(to, distance, to + length);
        to += length;
        continue;
      }
      copyShort(to, distance, length);
      to += length;
    }
    recent = latest;
    count -= <u32>(most - steps - 1);
    // One of any kind.
    const literalsState = load<u64>(literalsAt);
    const distanceState = load<u64>(distanceAt);
    const copyState = load<u64>(copyAt);
    let word = nextBits(src, left);
    const stated = <usize>valueOf(distanceState) + <usize>highest(word, distanceState >>> 8);
    word = nextBits(src, left - <i32>((distanceState & VALUE_BITS) >>> 8));
    const length = <usize>valueOf(copyState) + <usize>highest(word, copyState >>> 8);
    word <<= copyState >>> 8;
    const literalsLength = <usize>valueOf(literalsState) + <usize>highest(word, literalsState >>> 8);
    const bits = <i32>literalsState + <i32>distanceState + <i32>copyState;
    word = nextBits(src, left - ((bits >>> 8) & 0xff));
    stateBits = bits & 0xff;
    left -= (bits + (bits >>> 8)) & 0xff;
    literalsAt = LITERALS_STATES + stateAfter(literalsState, word);
    word <<= literalsState;
    copyAt = COPY_STATES + stateAfter(copyState, word);
    word <<= copyState;
    distanceAt = DISTANCE_STATES + stateAfter(distanceState, word);
    const other = stated + <usize>(literalsLength === 0) - 2;
    if (stated >= NEW) {
      recent += 4;
      store<u32>(recent, <u32>(stated - NEW + 1));
    } else if (other <= 2) {
      const last = <usize>load<u32>(recent);
      const second = <usize>load<u32>(recent - 4);
      const third = <usize>load<u32>(recent - 8);
      writeRecent(other === 0 ? second : other === 1 ? third : last - 1, last, other === 0 ? third : second);
    }
    const distance = <usize>load<u32>(recent);
    if (literalsLength > lastLiteral - literal || literalsLength + length > toEnd - to) return 0;
    v128.store(to, v128.load(literal));
    for (let copied: usize = 16; copied < literalsLength; copied += 16) v128.store(to + copied, v128.load(literal + copied));
    to += literalsLength;
    literal += literalsLength;
    if (distance - 1 >= to - first) return 0;
    copyFromBefore(to, distance, to + length);
    to += length;
    count--;
  }
  // Behind the last one there is no state any more.
  return left + stateBits === 0 ? takeLiterals(literal, to, toEnd) : 0;
}
