import { highest, nextBits } from './bit-streams';

/**
 * Tables of Zstandard's finite state entropy (RFC 8878, 4.1): 64 bits per state, the bits that the next state takes in byte 0, those that the value
 * takes in byte 1, from bit 16 on the value without its bits, and from bit 48 on the next state without its bits, 8 times.
 */

const STATE_BYTES: usize = 8;
const MOST_SYMBOLS: u32 = 64;
const MOST_STATES: usize = 512;
const LEAST_LOG: u32 = 5;

/** Of each symbol how often it occurs, −1 for less than once; of each state its symbol; of each symbol its next place, and a state but for what this says. 32, 8, 32 and 64 bits. */
const COUNTS = memory.data(<i32>MOST_SYMBOLS * 4);
const SYMBOLS = memory.data(<i32>MOST_STATES);
const PLACES = memory.data(<i32>MOST_SYMBOLS * 4);
const VALUES = memory.data(<i32>MOST_SYMBOLS * 8);

/** The last table's number of states, as a power of two. */
export let stateLog: u32 = 0;

/**
 * Reads the description of a table and makes it. Returns where the description ends, or 0.
 * @param last symbol that there may be @param mostLog the power of two that the number of states may be
 * @param values per symbol without its bits, 32 bits @param bits per symbol, 8 bits
 */
export function readStates(src: usize, end: usize, last: u32, mostLog: u32, table: usize, values: usize, bits: usize): usize {
  let at: u32 = 4;
  const log = (<u32>load<u8>(src) & 15) + LEAST_LOG;
  if (src >= end || log > mostLog) return 0;
  let remaining: i32 = (1 << log) + 1;
  let threshold: i32 = 1 << log;
  let width = log + 1;
  let symbol: usize = 0;
  while (remaining > 1) {
    if (symbol > last) return 0;
    const word = <i32>(load<u32>(src + (at >>> 3)) >>> (at & 7));
    const spare = 2 * threshold - 1 - remaining;
    let count = word & (threshold - 1);
    if (count < spare) at += width - 1;
    else {
      count = word & (2 * threshold - 1);
      if (count >= threshold) count -= spare;
      at += width;
    }
    count--;
    remaining -= count < 0 ? 1 : count;
    if (remaining < 1) return 0;
    store<i32>(COUNTS + (symbol++ << 2), count);
    if (count === 0) {
      for (let repeat: u32 = 3; repeat === 3; ) {
        repeat = (load<u32>(src + (at >>> 3)) >>> (at & 7)) & 3;
        at += 2;
        if (symbol + repeat > last + 1 || src + (at >>> 3) > end) return 0;
        for (let each: u32 = 0; each < repeat; each++) store<i32>(COUNTS + (symbol++ << 2), 0);
      }
    }
    for (; remaining < threshold; threshold >>= 1) width--;
    if (src + (at >>> 3) > end) return 0;
  }
  const next = src + ((at + 7) >>> 3);
  if (next > end) return 0;
  makeStates(<u32>symbol, log, table, values, bits);
  return next;
}

/** A table of counts as the format has them for when there is no description. @param counts per symbol, 8 bits */
export function makeUsualStates(counts: usize, symbols: u32, log: u32, table: usize, values: usize, bits: usize): void {
  for (let symbol: usize = 0; symbol < symbols; symbol++) store<i32>(COUNTS + (symbol << 2), load<i8>(counts + symbol));
  makeStates(symbols, log, table, values, bits);
}

/** A table of one state, which has one value. */
export function makeOneState(symbol: u32, table: usize, values: usize, bits: usize): void {
  stateLog = 0;
  store<u64>(table, stateOf(symbol, values, bits));
}

/** The state before the first one, which takes no bits. */
function stateOf(symbol: usize, values: usize, bits: usize): u64 {
  return (<u64>load<u8>(bits + symbol) << 8) | (<u64>load<u32>(values + (symbol << 2)) << 16);
}

function makeStates(symbols: u32, log: u32, table: usize, values: usize, bits: usize): void {
  stateLog = log;
  const states: u32 = 1 << log;
  let high: usize = states - 1;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const count = load<i32>(COUNTS + (<usize>symbol << 2));
    if (count < 0) store<u8>(SYMBOLS + high--, symbol);
    store<u32>(PLACES + (<usize>symbol << 2), count < 0 ? 1 : count);
  }
  const step = (states >>> 1) + (states >>> 3) + 3;
  let place: usize = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    for (let count = load<i32>(COUNTS + (<usize>symbol << 2)); count > 0; count--) {
      store<u8>(SYMBOLS + place, symbol);
      do place = (place + step) & (states - 1);
      while (place > high);
    }
  }
  for (let symbol: usize = 0; symbol < symbols; symbol++) store<u64>(VALUES + (symbol << 3), stateOf(symbol, values, bits));
  for (let state: usize = 0; state < states; state++) {
    const symbol = <usize>load<u8>(SYMBOLS + state);
    const next = load<u32>(PLACES + (symbol << 2));
    store<u32>(PLACES + (symbol << 2), next + 1);
    const width = log - 31 + clz(next);
    store<u64>(table + state * STATE_BYTES, load<u64>(VALUES + (symbol << 3)) | <u64>width | (<u64>((next << width) - states) << 51));
  }
}

/** The place in a table of the state that the next bits say. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function firstState(start: usize, left: i32, log: u32): usize {
  return <usize>highest(nextBits(start, left), log) * STATE_BYTES;
}

/** The place of the state behind one, by bits of which the next ones are highest. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function stateAfter(state: u64, word: u64): usize {
  return <usize>(state >>> 48) + (<usize>highest(word, state) << 3);
}

/** The value of a state without its bits. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function valueOf(state: u64): u32 {
  return <u32>(state >>> 16);
}
