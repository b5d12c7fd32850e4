import { DESCENDS, HEAD_PLACES, KNOWN, LAST, LENGTH, NEXT, PLACE_BITS, TAKEN, TEXT, append, lengthOf, placesOf, textOf } from './text-arena';

/**
 * Distinct texts, numbered in the order of their first occurrence, one after the other in an arena (text-arena.ts). As long as they ascend,
 * a text is known if it is the one before. From then on they are found by a table of slots, which have a place in the bits of `places` and bits of the hash above them, or are 0, which is
 * free. A text is in the group of four slots that its hash stands for, or in a later one if those before are full. It is memory that takes the
 * time: few bytes in all, and two accesses per text. Texts are given as pages have them: each behind its length in 4 bytes.
 */

/** Texts that are looked up in step, so that their cache misses overlap instead of following one another. */
const BLOCK: u32 = 64;
const texts = memory.data(256);
const hashes = memory.data(256);
const candidates = memory.data(256);
const others = memory.data(256);
const touched = memory.data(4);

/**
 * Codes those of `count` texts from `text` up to `end` that are not less than the text before them, up to the first that is, or that
 * does not end before `end`. Returns how many. Nothing branches on whether a text is new, which no processor can foresee.
 */
export function codeAscending(text: usize, end: usize, count: u32, arena: usize, codes: usize): u32 {
  const input = text;
  let known = load<u32>(arena, KNOWN);
  let next = load<u32>(arena, NEXT);
  let last = load<u32>(arena, LAST);
  const lastEntry = arena + (<usize>last << PLACE_BITS);
  let beforeLength = known > 0 ? lengthOf(lastEntry) : 0;
  let before = textOf(lastEntry, beforeLength);
  // The first text of all is new, even if it is empty.
  let isFirst = u32(known === 0);
  let descends: u32 = 0;
  let done: u32 = 0;
  for (; done < count && end - text >= 4; done++) {
    const length = load<u32>(text);
    const start = text + 4;
    if (length > end - start) break;
    const shorter = min(length, beforeLength);
    let alike: u32 = <u32>ctz(i8x16.bitmask(i8x16.ne(v128.load(start), v128.load(before))) | 0x1_0000);
    if (alike === 16 && shorter > 16) {
      while (alike < shorter && load<u8>(start + alike) === load<u8>(before + alike)) alike++;
    }
    const order = select<i32>(length - beforeLength, <i32>load<u8>(start + alike) - <i32>load<u8>(before + alike), alike >= shorter);
    if (order < 0) {
      descends = 1;
      break;
    }
    append(arena, next, known, start, length);
    const isNew = u32(order > 0) | isFirst;
    isFirst = 0;
    last = select<u32>(next, last, isNew);
    next += placesOf(length) & (0 - isNew);
    known += isNew;
    store<u32>(codes + (<usize>done << 2), known - 1);
    before = start;
    beforeLength = length;
    text = start + length;
  }
  store<u32>(arena, known, KNOWN);
  store<u32>(arena, next, NEXT);
  store<u32>(arena, last, LAST);
  store<u32>(arena, <u32>(text - input), TAKEN);
  store<u32>(arena, descends, DESCENDS);
  return done;
}

/**
 * Codes `count` texts from `text` up to `end`, up to the first that does not end before `end`, and as long as no more than `most` texts can be
 * known behind them, which is less than the table has slots. Texts not known yet are appended to the arena, where there is room. Returns how many.
 */
export function codeTexts(text: usize, end: usize, count: u32, table: usize, slots: u32, places: u32, arena: usize, seed: u32, most: u32, codes: usize): u32 {
  const input = text;
  const groups = (slots - 1) & ~3;
  let known = load<u32>(arena, KNOWN);
  let next = load<u32>(arena, NEXT);
  let done: u32 = 0;
  while (done < count && known + BLOCK <= most) {
    const whole = min<u32>(BLOCK, count - done) << 2;
    let size: u32 = 0;
    for (; size < whole && end - text >= 4; size += 4) {
      const length = load<u32>(text);
      if (length > end - text - 4) break;
      store<u32>(texts + size, <u32>text);
      store<u32>(hashes + size, hashOf(text + 4, length, seed));
      text += 4 + <usize>length;
    }
    if (size === 0) break;
    for (let i: u32 = 0; i < size; i += 4) {
      const hash = load<u32>(hashes + i);
      const group = table + (<usize>(hash & groups) << 2);
      const alike = alikeIn(v128.load(group), hash, places);
      store<u32>(candidates + i, load<u32>(group + (<usize>(ctz(alike) & 3) << 2)) & places);
    }
    // More of these accesses are under way at a time than if each were followed by what is done with it.
    let all: u32 = 0;
    for (let i: u32 = 0; i < size; i += 4) all ^= load<u32>(arena + (<usize>load<u32>(candidates + i) << PLACE_BITS));
    store<u32>(touched, all);
    // Most are known, not long, and the first of their group that is alike.
    let left: u32 = 0;
    for (let i: u32 = 0; i < size; i += 4) {
      const entry = arena + (<usize>load<u32>(candidates + i) << PLACE_BITS);
      const given = <usize>load<u32>(texts + i);
      const length = load<u32>(given);
      store<u32>(codes + i, load<u32>(entry));
      store<u32>(others + left, i);
      left += (u32(<u32>load<u8>(entry, LENGTH) !== length + 1) | u32(differ(entry + TEXT, given + 4, length))) << 2;
    }
    for (let other: u32 = 0; other < left; other += 4) {
      const i = load<u32>(others + other);
      const given = <usize>load<u32>(texts + i);
      const length = load<u32>(given);
      const hash = load<u32>(hashes + i);
      let code = known;
      for (let group = hash & groups; code === known; group = (group + 4) & groups) {
        const found = v128.load(table + (<usize>group << 2));
        const free = freeIn(found);
        for (let alike = alikeIn(found, hash, places) & ~free; alike !== 0; alike &= alike - 1) {
          const entry = arena + (<usize>(load<u32>(table + (<usize>(group + ctz(alike)) << 2)) & places) << PLACE_BITS);
          if (lengthOf(entry) !== length || differ(textOf(entry, length), given + 4, length)) continue;
          code = load<u32>(entry);
          break;
        }
        if (code !== known || free === 0) continue;
        store<u32>(table + (<usize>(group + ctz(free)) << 2), (hash & ~places) | next);
        append(arena, next, known, given + 4, length);
        next += placesOf(length);
        known++;
        break;
      }
      store<u32>(codes + i, code);
    }
    codes += size;
    done += size >>> 2;
  }
  store<u32>(arena, known, KNOWN);
  store<u32>(arena, next, NEXT);
  store<u32>(arena, <u32>(text - input), TAKEN);
  return done;
}

/** Enters the arena's texts into a table that is free. */
export function enterTexts(table: usize, slots: u32, places: u32, arena: usize, seed: u32): void {
  const groups = (slots - 1) & ~3;
  const end = load<u32>(arena, NEXT);
  for (let place = HEAD_PLACES; place < end; ) {
    const entry = arena + (<usize>place << PLACE_BITS);
    const length = lengthOf(entry);
    const hash = hashOf(textOf(entry, length), length, seed);
    let group = hash & groups;
    let free = freeIn(v128.load(table + (<usize>group << 2)));
    while (free === 0) {
      group = (group + 4) & groups;
      free = freeIn(v128.load(table + (<usize>group << 2)));
    }
    store<u32>(table + (<usize>(group + ctz(free)) << 2), (hash & ~places) | place);
    place += placesOf(length);
  }
}

/** The slots of a group, as bits, that have what the hash has above `places`; the free ones may be among them. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function alikeIn(group: v128, hash: u32, places: u32): i32 {
  return i32x4.bitmask(i32x4.eq(v128.and(v128.xor(group, i32x4.splat(hash)), i32x4.splat(~places)), i32x4.splat(0)));
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function freeIn(group: v128): i32 {
  return i32x4.bitmask(i32x4.eq(group, i32x4.splat(0)));
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

/** Looks at all bytes whatever the first ones are, the last of which may overlap: where texts differ no processor can foresee, nor how long they are. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function differ(left: usize, right: usize, length: u32): bool {
  const rest = max<i32>(<i32>length - 16, 0);
  let bits = v128.or(v128.xor(v128.load(left), v128.load(right)), v128.xor(v128.load(left + rest), v128.load(right + rest)));
  for (let at: i32 = 16; at < rest; at += 16) bits = v128.or(bits, v128.xor(v128.load(left + at), v128.load(right + at)));
  // Those of bytes behind the text are shifted out.
  return (i8x16.bitmask(i8x16.ne(bits, i64x2.splat(0))) << max<i32>(16 - <i32>length, 0) & 0xffff) !== 0;
}
