/** Copies of what lies before, in places less far than they are long. */

/** Row d: the positions that repeat the last d bytes over 16, for those below 8; row 0 is never used. */
const REPEAT = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
  0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
  0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
  0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
]);

/** For each distance how far one store of 16 such bytes gets, in whole repetitions. */
const STEP = memory.data<u8>([16, 16, 16, 15, 16, 15, 12, 14]);

/** Writes up to 64 bytes of what lies 8 or more before, as 16, 40 or 64: what one loop would take longer for. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function copyShort(to: usize, distance: usize, length: usize): void {
  // What is read may have been written just before.
  store<u64>(to, load<u64>(to - distance));
  store<u64>(to, load<u64>(to - distance, 8), 8);
  if (length > 16) {
    store<u64>(to, load<u64>(to - distance, 16), 16);
    store<u64>(to, load<u64>(to - distance, 24), 24);
    store<u64>(to, load<u64>(to - distance, 32), 32);
    if (length > 40) {
      store<u64>(to, load<u64>(to - distance, 40), 40);
      store<u64>(to, load<u64>(to - distance, 48), 48);
      store<u64>(to, load<u64>(to - distance, 56), 56);
    }
  }
}

/** Writes what lies a distance before, up to 16 bytes beyond the end that is meant. Of both there are as many before. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function copyFromBefore(to: usize, distance: usize, end: usize): void {
  if (distance >= 8) {
    do {
      // The second half may be of what the first one has written.
      store<u64>(to, load<u64>(to - distance));
      store<u64>(to, load<u64>(to - distance, 8), 8);
      to += 16;
    } while (to < end);
  } else {
    const repeated = i8x16.swizzle(v128.load(to - distance), v128.load(REPEAT + (distance << 4)));
    const step = <usize>load<u8>(STEP + distance);
    do {
      v128.store(to, repeated);
      to += step;
    } while (to < end);
  }
}
