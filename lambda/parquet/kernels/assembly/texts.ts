import { ENDS_EARLY, TOO_LONG, fail } from './outcome';

/**
 * Distinct texts, numbered in the order of their first occurrence: text `code` lies in the arena from `positions[code]` up to
 * `positions[code + 1]`. As long as they ascend, a text is known if it is the one before. From then on they are found by open
 * addressing with linear probing, in a table of so many slots that codes take less bits than `last`, the greatest number of a
 * slot: a slot has the code + 1 in these, in the bits above those of the hash, and is 0 where it is free.
 */

/** Texts that are looked up in step, so that their cache misses overlap instead of following one another. */
const BLOCK: u32 = 64;
const hashes = memory.data(256);
const candidates = memory.data(256);
const others = memory.data(256);

/** Finds `count` byte arrays from `at` up to `end`, each behind its length in 4 bytes, and writes where they start and end, counted from `at`. */
export function locatePlain(at: usize, end: usize, count: u32, starts: usize, ends: usize): i32 {
  const page = at;
  for (const last = starts + (<usize>count << 2); starts < last; starts += 4, ends += 4) {
    if (end - at < 4) return fail(ENDS_EARLY, count - (<u32>(last - starts) >>> 2));
    const length = <usize>load<u32>(at);
    at += 4;
    if (length > end - at) return fail(TOO_LONG, <u32>(at - page) - 4);
    store<u32>(starts, <u32>(at - page));
    at += length;
    store<u32>(ends, <u32>(at - page));
  }
  return 0;
}

/**
 * Codes those of `count` texts, as of `codeTexts`, that are not less than the text before them, up to the first that is;
 * `known` texts ascended before. Returns how many were coded. Nothing branches on whether a text is new, which no processor can foresee.
 */
export function codeAscending(text: usize, starts: usize, ends: usize, count: u32, arena: usize, positions: usize, known: u32, codes: usize): u32 {
  let used = load<u32>(positions + (<usize>known << 2));
  let before = arena;
  let beforeLength: u32 = 0;
  if (known > 0) {
    const position = load<u32>(positions + (<usize>known << 2) - 4);
    before += position;
    beforeLength = used - position;
  }
  // The first text of all is new, even if it is empty.
  let isFirst = u32(known === 0);
  for (let i: u32 = 0; i < count; i++) {
    const start = text + load<u32>(starts + (<usize>i << 2));
    const length = <u32>(text + load<u32>(ends + (<usize>i << 2)) - start);
    const shorter = min(length, beforeLength);
    let alike: u32 = <u32>ctz(i8x16.bitmask(i8x16.ne(v128.load(start), v128.load(before))) | 0x1_0000);
    if (alike === 16 && shorter > 16) {
      while (alike < shorter && load<u8>(start + alike) === load<u8>(before + alike)) alike++;
    }
    const order = select<i32>(length - beforeLength, <i32>load<u8>(start + alike) - <i32>load<u8>(before + alike), alike >= shorter);
    if (order < 0) return i;
    copy(arena + used, start, length);
    const isNew = u32(order > 0) | isFirst;
    isFirst = 0;
    used += length & (0 - isNew);
    known += isNew;
    store<u32>(positions + (<usize>known << 2), used);
    store<u32>(codes + (<usize>i << 2), known - 1);
    before = start;
    beforeLength = length;
  }
  return count;
}

/**
 * Finds the codes of `count` texts, which lie in `text` from starts[i] up to ends[i]; texts not known yet are appended to the
 * arena. There is room for them, and as many free slots again. Returns how many are known now.
 */
export function codeTexts(text: usize, starts: usize, ends: usize, count: u32, table: usize, last: u32, arena: usize, positions: usize, known: u32, seed: u32, codes: usize): u32 {
  for (let block: u32 = 0; block < count; block += BLOCK) {
    const size = min<u32>(BLOCK, count - block) << 2;
    for (let i: u32 = 0; i < size; i += 4) {
      const start = load<u32>(starts + i);
      store<u32>(hashes + i, hashOf(text + start, load<u32>(ends + i) - start, seed));
    }
    for (let i: u32 = 0; i < size; i += 4) store<u32>(candidates + i, load<u32>(table + (<usize>(load<u32>(hashes + i) & last) << 2)));
    // Most are known, and lie in the first slot that they can lie in.
    let left: u32 = 0;
    for (let i: u32 = 0; i < size; i += 4) {
      const slot = load<u32>(candidates + i);
      // A free slot has other bits, or stands for text 0, which is compared.
      const code = max<u32>(slot & last, 1) - 1;
      const position = load<u32>(positions + (<usize>code << 2));
      const start = load<u32>(starts + i);
      const length = load<u32>(ends + i) - start;
      const isOther = ((slot ^ load<u32>(hashes + i)) & ~last) | (load<u32>(positions + (<usize>code << 2), 4) - position - length);
      store<u32>(codes + i, code);
      store<u32>(others + left, i);
      left += (u32(isOther !== 0) | u32(differ(arena + position, text + start, length))) << 2;
    }
    for (let other: u32 = 0; other < left; other += 4) {
      const i = load<u32>(others + other);
      const start = text + load<u32>(starts + i);
      const length = <u32>(text + load<u32>(ends + i) - start);
      const hash = load<u32>(hashes + i);
      let at = hash & last;
      let code: u32 = 0;
      for (;;) {
        const slot = load<u32>(table + (<usize>at << 2));
        if (slot === 0) {
          code = known;
          store<u32>(table + (<usize>at << 2), (hash & ~last) | (known + 1));
          const position = load<u32>(positions + (<usize>known << 2));
          copy(arena + position, start, length);
          known++;
          store<u32>(positions + (<usize>known << 2), position + length);
          break;
        }
        if (((slot ^ hash) & ~last) === 0) {
          code = (slot & last) - 1;
          const position = load<u32>(positions + (<usize>code << 2));
          if (load<u32>(positions + (<usize>code << 2), 4) - position === length && !differ(arena + position, start, length)) break;
        }
        at = (at + 1) & last;
      }
      store<u32>(codes + i, code);
    }
    starts += size;
    ends += size;
    codes += size;
  }
  return known;
}

/** Enters `known` texts, all different, into a table that is free. */
export function enterTexts(table: usize, last: u32, arena: usize, positions: usize, known: u32, seed: u32): void {
  for (let code: u32 = 0; code < known; code++, positions += 4) {
    const position = load<u32>(positions);
    const hash = hashOf(arena + position, load<u32>(positions, 4) - position, seed);
    let at = hash & last;
    while (load<u32>(table + (<usize>at << 2)) !== 0) at = (at + 1) & last;
    store<u32>(table + (<usize>at << 2), (hash & ~last) | (code + 1));
  }
}

/** A multiplication and a shift per eight bytes, the last of which may overlap, then the finalizer of MurmurHash3, whose low bits depend on all others. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function hashOf(bytes: usize, length: u32, seed: u32): u32 {
  let hash = (<u64>seed << 32) | length;
  let word: u64 = 0;
  if (length >= 8) {
    const end = bytes + length - 8;
    for (; bytes < end; bytes += 8) {
      hash = (hash ^ load<u64>(bytes)) * 0x9e37_79b9_7f4a_7c15;
      hash ^= hash >>> 32;
    }
    word = load<u64>(end);
  } else if (length > 0) word = load<u64>(bytes) << ((8 - <u64>length) << 3);
  hash = (hash ^ word) * 0x9e37_79b9_7f4a_7c15;
  hash ^= hash >>> 33;
  hash *= 0xff51_afd7_ed55_8ccd;
  return <u32>(hash >>> 32);
}

/** Looks at all bytes whatever the first ones are, the last of which may overlap: where texts differ no processor can foresee. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function differ(left: usize, right: usize, length: u32): bool {
  let bits = v128.xor(v128.load(left), v128.load(right));
  // Those of bytes behind the text are shifted out.
  if (length <= 16) return (i8x16.bitmask(i8x16.ne(bits, i64x2.splat(0))) << (16 - length) & 0xffff) !== 0;
  const rest = length - 16;
  for (let at: u32 = 16; at < rest; at += 16) bits = v128.or(bits, v128.xor(v128.load(left + at), v128.load(right + at)));
  return v128.any_true(v128.or(bits, v128.xor(v128.load(left + rest), v128.load(right + rest))));
}

/** Writes up to 15 bytes more. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function copy(to: usize, from: usize, length: usize): void {
  if (length > 64) memory.copy(to, from, length);
  else for (const end = to + length; to < end; to += 16, from += 16) v128.store(to, v128.load(from));
}
