/**
 * Distinct texts by open addressing with linear probing. A slot has the hash in its upper half and the code + 1 in its lower,
 * and is 0 where it is free. Text `code` lies in the arena from `positions[code]` up to `positions[code + 1]`.
 */

/** Texts whose slots are looked at ahead, so that their cache misses overlap instead of following one another. */
const BLOCK: u32 = 32;
const hashes = memory.data(128);

/**
 * Finds the codes of `count` texts, which lie in `text` from starts[i] up to ends[i]; texts not known yet are appended to the
 * arena. There is room for them, and as many free slots again. Returns how many are known now.
 */
export function codeTexts(text: usize, starts: usize, ends: usize, count: u32, table: usize, last: u32, arena: usize, positions: usize, known: u32, seed: u32, codes: usize): u32 {
  for (let block: u32 = 0; block < count; block += BLOCK) {
    const blockEnd = min<u32>(count, block + BLOCK);
    for (let i = block; i < blockEnd; i++) {
      const start = load<u32>(starts + (i << 2));
      const hash = hashOf(text + start, load<u32>(ends + (i << 2)) - start, seed);
      store<u32>(hashes + ((i - block) << 2), hash);
      const slot = load<u64>(table + (<usize>(hash & last) << 3));
      // Looked at only to have it near: the entry is looked up below. What is looked at must be stored, or it would be left out.
      if (<u32>(slot >>> 32) === hash) store<u32>(codes + (i << 2), load<u8>(arena + load<u32>(positions + (<usize>(<u32>slot) << 2) - 4)));
    }
    for (let i = block; i < blockEnd; i++) {
      const start = text + load<u32>(starts + (i << 2));
      const length = text + load<u32>(ends + (i << 2)) - start;
      const hash = load<u32>(hashes + ((i - block) << 2));
      let at = hash & last;
      let code: u32;
      for (;;) {
        const slot = load<u64>(table + (<usize>at << 3));
        if (slot === 0) {
          code = known;
          store<u64>(table + (<usize>at << 3), (<u64>hash << 32) | (known + 1));
          const position = load<u32>(positions + (known << 2));
          copy(arena + position, start, length);
          known++;
          store<u32>(positions + (known << 2), position + <u32>length);
          break;
        }
        code = <u32>slot - 1;
        if (<u32>(slot >>> 32) === hash) {
          const position = load<u32>(positions + (code << 2));
          if (load<u32>(positions + (code << 2), 4) - position === length && equal(arena + position, start, length)) break;
        }
        at = (at + 1) & last;
      }
      store<u32>(codes + (i << 2), code);
    }
  }
  return known;
}

/** Moves all slots of a table to a larger one, which is free. */
export function moveSlots(from: usize, slots: u32, to: usize, last: u32): void {
  for (const end = from + (<usize>slots << 3); from < end; from += 8) {
    const slot = load<u64>(from);
    if (slot === 0) continue;
    let at = <u32>(slot >>> 32) & last;
    while (load<u64>(to + (<usize>at << 3)) !== 0) at = (at + 1) & last;
    store<u64>(to + (<usize>at << 3), slot);
  }
}

/** The bytes that a load of eight has too many are shifted out. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function rest(bytes: usize, count: usize): u64 {
  return load<u64>(bytes) << ((8 - <u64>count) << 3);
}

/** A multiplication and a shift per eight bytes, then the finalizer of MurmurHash3, whose low bits depend on all others. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function hashOf(bytes: usize, length: usize, seed: u32): u32 {
  let hash = (<u64>seed << 32) | length;
  let left = length;
  for (; left >= 8; left -= 8, bytes += 8) {
    hash = (hash ^ load<u64>(bytes)) * 0x9e37_79b9_7f4a_7c15;
    hash ^= hash >>> 32;
  }
  if (left > 0) hash = (hash ^ rest(bytes, left)) * 0x9e37_79b9_7f4a_7c15;
  hash ^= hash >>> 33;
  hash *= 0xff51_afd7_ed55_8ccd;
  return <u32>(hash >>> 32);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function equal(left: usize, right: usize, length: usize): bool {
  for (; length >= 8; length -= 8, left += 8, right += 8) if (load<u64>(left) !== load<u64>(right)) return false;
  return length === 0 || rest(left, length) === rest(right, length);
}

/** Writes up to 15 bytes more. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function copy(to: usize, from: usize, length: usize): void {
  if (length > 64) memory.copy(to, from, length);
  else for (const end = to + length; to < end; to += 16, from += 16) v128.store(to, v128.load(from));
}
