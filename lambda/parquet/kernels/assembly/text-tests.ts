import { ENDS_EARLY, TOO_LONG, fail } from './outcome';

/** What texts are, begin with, end with or contain, found as they lie in a page. @see ../../judged-text-column.ts */

/** As in ../../text-tests.ts. */
const IS: u32 = 0;
const STARTS: u32 = 1;
const ENDS: u32 = 2;

const NEEDLE_BYTES: usize = 16;

/**
 * Judges `count` texts from `at` up to `end`, each behind its length in 4 bytes.
 * @param needles 4 numbers of 32 bits each: kind, bit, address and length
 * @param codes has bits for each text, in a byte; these become 1 more, with those of the needles that it has
 * @param firsts per combination of bits, 32 bits each: becomes, where it is 0, the address of the first text that has these, from its length on
 */
export function judgeTexts(at: usize, end: usize, count: u32, needles: usize, needleCount: u32, codes: usize, firsts: usize): i32 {
  const page = at;
  const others = needles + NEEDLE_BYTES;
  const needlesEnd = needles + <usize>needleCount * NEEDLE_BYTES;
  // Of the first one, which is the only one most of the time, all is at hand.
  const kind = load<u32>(needles);
  const bit = load<u32>(needles, 4);
  const needle = <usize>load<u32>(needles, 8);
  const size = needleCount === 0 ? u32.MAX_VALUE : load<u32>(needles, 12);
  for (const last = codes + count; codes < last; codes++) {
    if (end - at < 4) return fail(ENDS_EARLY, count - <u32>(last - codes));
    const length = load<u32>(at);
    at += 4;
    if (<usize>length > end - at) return fail(TOO_LONG, <u32>(at - page) - 4);
    let bits = <u32>load<u8>(codes) | select<u32>(bit, 0, has(at, length, kind, needle, size));
    for (let other = others; other < needlesEnd; other += NEEDLE_BYTES) {
      bits |= select<u32>(load<u32>(other, 4), 0, has(at, length, load<u32>(other), load<u32>(other, 8), load<u32>(other, 12)));
    }
    store<u8>(codes, bits + 1);
    const first = firsts + (<usize>bits << 2);
    if (load<u32>(first) === 0) store<u32>(first, <u32>at - 4);
    at += length;
  }
  return 0;
}

/** Texts that an automaton reads in turns, 16 bytes each for where they are: they stay in a core's first cache. */
const BATCH: u32 = 512;
const RUN_BYTES: usize = 16;
/** Of these, and of three more. */
const RUNS = memory.data((512 + 3) * 16);
/** An automaton's state is a row of states, 32 bits per byte, and one for the end of the text. */
const END_PLACE: usize = 4 * 256;
const ROW_BYTES: usize = 4 * 257;

/** Makes addresses of states that are numbers of places from the first one on. Four at a time: there is room for as many as make `count` even. */
export function placeStates(states: usize, count: usize): void {
  const first = i32x4.splat(<u32>states);
  for (const end = states + (count << 2); states < end; states += 16) v128.store(states, i32x4.add(i32x4.shl(v128.load(states), 2), first));
}

/**
 * Adds a bit to the codes of texts that an automaton accepts; texts as of `judgeTexts`. Four texts in step, as a state waits for the one before it; after
 * four bytes those that are through make room for others, without a branch. Behind its last byte a text has the end for ever.
 * @param start a state, placed @param accepted the second state, behind the one of texts that are rejected; those above it lead on
 */
export function acceptTexts(at: usize, end: usize, count: u32, start: usize, accepted: usize, bit: u32, codes: usize): i32 {
  const page = at;
  for (let done: u32 = 0; done < count; done += BATCH, codes += BATCH) {
    let left: u32 = min(BATCH, count - done);
    for (let text: u32 = 0; text < left; text++) {
      if (end - at < 4) return fail(ENDS_EARLY, done + text);
      const length = load<u32>(at);
      at += 4;
      if (<usize>length > end - at) return fail(TOO_LONG, <u32>(at - page) - 4);
      storeRun(RUNS + <usize>text * RUN_BYTES, at, at + length, start, text);
      at += length;
    }
    while (left > 0) left = advance(left, accepted, bit, codes);
  }
  return 0;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function storeRun(run: usize, at: usize, end: usize, state: usize, text: u32): void {
  store<u32>(run, <u32>at);
  store<u32>(run, <u32>end, 4);
  store<u32>(run, <u32>state, 8);
  store<u32>(run, text, 12);
}

/** Four bytes of each; returns how many are not through, which come to lie first. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function advance(count: u32, accepted: usize, bit: u32, codes: usize): u32 {
  const last = RUNS + <usize>count * RUN_BYTES;
  for (let none: usize = 0; none < 3 * RUN_BYTES; none += RUN_BYTES) storeRun(last + none, 0, 0, accepted - ROW_BYTES, 0);
  let left = RUNS;
  for (let run = RUNS; run < last; run += 4 * RUN_BYTES) {
    let at1 = <usize>load<u32>(run);
    let at2 = <usize>load<u32>(run, 16);
    let at3 = <usize>load<u32>(run, 32);
    let at4 = <usize>load<u32>(run, 48);
    const end1 = <usize>load<u32>(run, 4);
    const end2 = <usize>load<u32>(run, 20);
    const end3 = <usize>load<u32>(run, 36);
    const end4 = <usize>load<u32>(run, 52);
    let state1 = <usize>load<u32>(run, 8);
    let state2 = <usize>load<u32>(run, 24);
    let state3 = <usize>load<u32>(run, 40);
    let state4 = <usize>load<u32>(run, 56);
    const text1 = load<u32>(run, 12);
    const text2 = load<u32>(run, 28);
    const text3 = load<u32>(run, 44);
    const text4 = load<u32>(run, 60);
    if (min(min(end1 - at1, end2 - at2), min(end3 - at3, end4 - at4)) >= 4) {
      state1 = after(state1, at1); state2 = after(state2, at2); state3 = after(state3, at3); state4 = after(state4, at4);
      state1 = after(state1, at1 + 1); state2 = after(state2, at2 + 1); state3 = after(state3, at3 + 1); state4 = after(state4, at4 + 1);
      state1 = after(state1, at1 + 2); state2 = after(state2, at2 + 2); state3 = after(state3, at3 + 2); state4 = after(state4, at4 + 2);
      state1 = after(state1, at1 + 3); state2 = after(state2, at2 + 3); state3 = after(state3, at3 + 3); state4 = after(state4, at4 + 3);
      at1 += 4;
      at2 += 4;
      at3 += 4;
      at4 += 4;
    } else {
      for (let step = 0; step < 4; step++) {
        state1 = load<u32>(state1 + select<usize>(<usize>load<u8>(at1) << 2, END_PLACE, at1 < end1));
        state2 = load<u32>(state2 + select<usize>(<usize>load<u8>(at2) << 2, END_PLACE, at2 < end2));
        state3 = load<u32>(state3 + select<usize>(<usize>load<u8>(at3) << 2, END_PLACE, at3 < end3));
        state4 = load<u32>(state4 + select<usize>(<usize>load<u8>(at4) << 2, END_PLACE, at4 < end4));
        at1 += <usize>(at1 < end1);
        at2 += <usize>(at2 < end2);
        at3 += <usize>(at3 < end3);
        at4 += <usize>(at4 < end4);
      }
    }
    left = settle(left, at1, end1, state1, text1, accepted, bit, codes);
    left = settle(left, at2, end2, state2, text2, accepted, bit, codes);
    left = settle(left, at3, end3, state3, text3, accepted, bit, codes);
    left = settle(left, at4, end4, state4, text4, accepted, bit, codes);
  }
  return <u32>((left - RUNS) / RUN_BYTES);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function after(state: usize, at: usize): usize {
  return load<u32>(state + (<usize>load<u8>(at) << 2));
}

/** Notes a text that was accepted; one that is not through lies before the place that is returned. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function settle(left: usize, at: usize, end: usize, state: usize, text: u32, accepted: u32, bit: u32, codes: usize): usize {
  const code = codes + text;
  store<u8>(code, <u32>load<u8>(code) | select<u32>(bit, 0, state === accepted));
  storeRun(left, at, end, state, text);
  return left + (<usize>(state > accepted) * RUN_BYTES);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function has(text: usize, length: u32, kind: u32, needle: usize, size: u32): bool {
  if (size > length) return false;
  if (kind === IS) return size === length && areAlike(text, needle, size);
  if (kind === STARTS) return areAlike(text, needle, size);
  if (kind === ENDS) return areAlike(text + (length - size), needle, size);
  return contains(text, length, needle, size);
}

/** Reads up to 15 bytes beyond both. */
function areAlike(left: usize, right: usize, bytes: u32): bool {
  for (; bytes >= 16; bytes -= 16, left += 16, right += 16) if (!i8x16.all_true(i8x16.eq(v128.load(left), v128.load(right)))) return false;
  const alike = i8x16.bitmask(i8x16.eq(v128.load(left), v128.load(right)));
  return ((alike | (0xffff << bytes)) & 0xffff) === 0xffff;
}

/** Sixteen places at a time: where the first and the last byte are the needle's, the others are compared (W. Muła, "SIMD-friendly algorithms for substring searching"). */
// @ts-ignore: a decorator of AssemblyScript
@inline
function contains(text: usize, length: u32, needle: usize, size: u32): bool {
  if (size === 0) return true;
  const first = v128.load8_splat(needle);
  const last = v128.load8_splat(needle + (size - 1));
  const places = length - size + 1;
  for (let place: u32 = 0; place < places; place += 16) {
    const at = text + place;
    let hits = <u32>i8x16.bitmask(v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + (size - 1)), last)));
    if (places - place < 16) hits &= (1 << (places - place)) - 1;
    for (; hits !== 0; hits &= hits - 1) if (size <= 2 || areAlike(at + ctz(hits) + 1, needle + 1, size - 2)) return true;
  }
  return false;
}
