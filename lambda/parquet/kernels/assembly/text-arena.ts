import { copy } from './byte-arrays';

/**
 * Distinct texts in memory, one after the other: each an entry of its code in 4 bytes, its length, and its bytes, at a multiple of 4, which divided
 * by 4 is its place; before them the head. @see ./texts.ts
 */

/** The arena's head, of which a free slot makes an entry: how many texts it has, no length, the next free place, the place of the last text. */
export const KNOWN: usize = 0;
export const NEXT: usize = 8;
export const LAST: usize = 12;
/** How many bytes of its input a kernel has taken, and whether it stopped at a text less than the one before it. */
export const TAKEN: usize = 16;
export const DESCENDS: usize = 20;
export const HEAD_PLACES: u32 = 8;
export const PLACE_BITS: u32 = 2;

/** An entry's length is one byte, which has 1 more, or 0 for a text too long for that, whose length comes behind it in 4 bytes. */
export const LENGTH: usize = 4;
const LENGTH_OF_LONG: usize = 5;
export const TEXT: usize = 5;
const TEXT_OF_LONG: usize = 9;
const LEAST_LONG: u32 = 255;

/** Makes an arena of no texts. */
export function emptyArena(arena: usize): void {
  store<u32>(arena, 0, KNOWN);
  store<u8>(arena, 0, LENGTH);
  store<u32>(arena, HEAD_PLACES, NEXT);
  store<u32>(arena, 0, LAST);
}

/** Moves the arena's texts to its beginning, one after the other, which ends it, and writes where each begins and the last one ends. Returns the latter. */
export function joinTexts(arena: usize, starts: usize): u32 {
  let entry = arena + (<usize>HEAD_PLACES << PLACE_BITS);
  let to = arena;
  for (let left = load<u32>(arena, KNOWN); left > 0; left--, starts += 4) {
    const length = lengthOf(entry);
    store<u32>(starts, <u32>(to - arena));
    // What is written beyond the text is less than what has been left out before it.
    copy(to, textOf(entry, length), length);
    to += length;
    entry += <usize>placesOf(length) << PLACE_BITS;
  }
  store<u32>(starts, <u32>(to - arena));
  return <u32>(to - arena);
}

/** Places that a text of so many bytes takes. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function placesOf(length: u32): u32 {
  return (<u32>textOf(0, length) + length + (1 << PLACE_BITS) - 1) >>> PLACE_BITS;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function lengthOf(entry: usize): u32 {
  const length = <u32>load<u8>(entry, LENGTH);
  return length === 0 ? load<u32>(entry, LENGTH_OF_LONG) : length - 1;
}

/** Where an entry has its text. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function textOf(entry: usize, length: u32): usize {
  return entry + select<usize>(TEXT, TEXT_OF_LONG, length < LEAST_LONG);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function append(arena: usize, place: u32, code: u32, text: usize, length: u32): void {
  const entry = arena + (<usize>place << PLACE_BITS);
  store<u32>(entry, code);
  if (length < LEAST_LONG) store<u8>(entry, length + 1, LENGTH);
  else {
    store<u8>(entry, 0, LENGTH);
    store<u32>(entry, length, LENGTH_OF_LONG);
  }
  copy(textOf(entry, length), text, length);
}
