/** Grouping and ordering the rows of one partition, which fit into a core's own cache with all that is made of them. @see ../../partitioned-rows.ts */

/** Insertion sort is faster than merging below about this many rows. */
const INSERTION_SORT_ROWS: u32 = 24;

/** Bytes of a row that was dealt out: its time, the 64 bits of its group's ID, its place in the file, and room for its group's number. */
const DEALT_BYTES: usize = 24;

// @ts-ignore: a decorator of AssemblyScript
@inline
function hashOf(id: u64): u32 {
  let hash: u32 = (<u32>id * 0x9e3779b1) ^ <u32>(id >> 32);
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

/**
 * Puts the rows of each group side by side, in time order, equal times in the order that they have.
 * @param slots room for 2^bits numbers: a hash table with linear probing, at most half full
 * @param ids room for the ID of each group
 * @param next room for a number per group
 * @param starts becomes where each group starts, from 0
 * @param order becomes the rows' places in the file
 * @param times becomes their times
 * @param scratch room for half as many times, and then as many places
 * @returns the number of groups
 */
export function groupPartition(dealt: usize, rows: u32, slots: usize, bits: u32, ids: usize, next: usize, starts: usize, order: usize, times: usize, scratch: usize): u32 {
  const groups = numberGroups(dealt, rows, slots, bits, ids, next);
  let place: u32 = 0;
  for (let group: usize = 0; group < groups; group++) {
    const rowsOf = load<u32>(next + (group << 2));
    store<u32>(starts + (group << 2), place);
    store<u32>(next + (group << 2), place);
    place += rowsOf;
  }
  const end = dealt + <usize>rows * DEALT_BYTES;
  for (let row = dealt; row < end; row += DEALT_BYTES) {
    const nextOf = next + (<usize>load<u32>(row, 20) << 2);
    const target = <usize>load<u32>(nextOf);
    store<u32>(nextOf, <u32>target + 1);
    store<u32>(order + (target << 2), load<u32>(row, 16));
    store<f64>(times + (target << 3), load<f64>(row));
  }
  // Each group's next place is by now its end.
  for (let group: usize = 0; group < groups; group++) sortRange(order, times, load<u32>(starts + (group << 2)), load<u32>(next + (group << 2)), scratch);
  return groups;
}

/** Numbers groups in the order of their first rows, and counts their rows. */
function numberGroups(dealt: usize, rows: u32, slots: usize, bits: u32, ids: usize, counts: usize): u32 {
  memory.fill(slots, 0, <usize>4 << bits);
  const mask = (<u32>1 << bits) - 1;
  const shift = 32 - bits;
  const end = dealt + <usize>rows * DEALT_BYTES;
  let groups: u32 = 0;
  for (let row = dealt; row < end; row += DEALT_BYTES) {
    const id = load<u64>(row, 8);
    let slot = hashOf(id) >> shift;
    let known = load<u32>(slots + (<usize>slot << 2));
    while (known !== 0 && load<u64>(ids + (<usize>(known - 1) << 3)) !== id) {
      slot = (slot + 1) & mask;
      known = load<u32>(slots + (<usize>slot << 2));
    }
    if (known === 0) {
      store<u64>(ids + (<usize>groups << 3), id);
      store<u32>(counts + (<usize>groups << 2), 0);
      groups += 1;
      known = groups;
      store<u32>(slots + (<usize>slot << 2), known);
    }
    const count = counts + (<usize>(known - 1) << 2);
    store<u32>(count, load<u32>(count) + 1);
    store<u32>(row, known - 1, 20);
  }
  return groups;
}

function sortRange(order: usize, times: usize, start: u32, end: u32, scratch: usize): void {
  if (end - start <= INSERTION_SORT_ROWS) {
    insertionSort(order, times, start, end);
    return;
  }
  const middle = (start + end) >> 1;
  sortRange(order, times, start, middle, scratch);
  sortRange(order, times, middle, end, scratch);
  if (load<f64>(times + (<usize>middle << 3)) < load<f64>(times + (<usize>(middle - 1) << 3))) merge(order, times, start, middle, end, scratch);
}

function insertionSort(order: usize, times: usize, start: u32, end: u32): void {
  if (end - start < 2) return;
  const firstTime = times + (<usize>start << 3);
  const endTime = times + (<usize>end << 3);
  let last = load<f64>(firstTime);
  for (let at = firstTime + 8; at < endTime; at += 8) {
    const time = load<f64>(at);
    if (time >= last) {
      last = time;
      continue;
    }
    const moving = load<u32>(order + ((at - times) >> 1));
    let to = at;
    do {
      store<f64>(to, load<f64>(to - 8));
      const place = order + ((to - times) >> 1);
      store<u32>(place, load<u32>(place - 4));
      to -= 8;
    } while (to > firstTime && time < load<f64>(to - 8));
    store<f64>(to, time);
    store<u32>(order + ((to - times) >> 1), moving);
  }
}

function merge(order: usize, times: usize, start: u32, middle: u32, end: u32, scratch: usize): void {
  const leftEnd: usize = middle - start;
  const places = scratch + (leftEnd << 3);
  memory.copy(scratch, times + (<usize>start << 3), leftEnd << 3);
  memory.copy(places, order + (<usize>start << 2), leftEnd << 2);
  let left: usize = 0;
  let right: usize = middle;
  for (let place: usize = start; left < leftEnd; place++) {
    const leftTime = load<f64>(scratch + (left << 3));
    if (right < <usize>end && load<f64>(times + (right << 3)) < leftTime) {
      store<f64>(times + (place << 3), load<f64>(times + (right << 3)));
      store<u32>(order + (place << 2), load<u32>(order + (right << 2)));
      right++;
    } else {
      store<f64>(times + (place << 3), leftTime);
      store<u32>(order + (place << 2), load<u32>(places + (left << 2)));
      left++;
    }
  }
}
