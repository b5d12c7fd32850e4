import { ENDS_EARLY, TOO_LONG, fail } from './outcome';

/** Values of varying length as pages have them, each behind its length in 4 bytes (PLAIN), and as starts and ends. @see ../../byte-arrays.ts */

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

/** Writes `count` texts, which lie in `text` from starts[i] up to ends[i], each behind its length. */
export function layOutPlain(text: usize, starts: usize, ends: usize, count: u32, out: usize): void {
  for (const stop = starts + (<usize>count << 2); starts < stop; starts += 4, ends += 4) {
    const start = load<u32>(starts);
    const length = load<u32>(ends) - start;
    store<u32>(out, length);
    copy(out + 4, text + start, length);
    out += 4 + <usize>length;
  }
}

/** Writes up to 15 bytes more. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function copy(to: usize, from: usize, length: usize): void {
  if (length > 64) memory.copy(to, from, length);
  else for (const end = to + length; to < end; to += 16, from += 16) v128.store(to, v128.load(from));
}
