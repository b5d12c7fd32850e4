/** Grouping and ordering the rows of one partition, which fit into a core's own cache with all that is made of them. @see ../../partitioned-rows.ts */

/** Insertion sort is faster than merging below about this many rows. */
const INSERTION_SORT_ROWS: u32 = 24;

// @ts-ignore: a decorator of AssemblyScript
@inline
function hashOf(id: u64): u32 {
  let hash: u32 = (<u32>id * 0x9e3779b1) ^ <u32>(id >> 32);
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

/**
 * Puts the rows of each group side by side, in the order that they have.
 * @param hashes of the rows' groups, 32 bits each, different for different groups
 * @param slots room for 2^bits pairs of numbers: a hash table with linear probing, at most half full, found by the upper bits
 * @param numbers room for a number per row
 * @param next room for a number per group
 * @param base of where groups start
 * @param starts becomes where each group starts
 * @param places becomes which row goes to each place
 * @returns the number of groups
 */
export function groupHashes(hashes: usize, rows: u32, slots: usize, bits: u32, numbers: usize, next: usize, base: u32, starts: usize, places: usize): u32 {
  memory.fill(slots, 0, <usize>8 << bits);
  const mask = (<u32>1 << bits) - 1;
  const shift = 32 - bits;
  let groups: u32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const hash = load<u32>(hashes + (row << 2));
    let slot = hash >> shift;
    let found = load<u64>(slots + (<usize>slot << 3));
    while (found !== 0 && <u32>found !== hash) {
      slot = (slot + 1) & mask;
      found = load<u64>(slots + (<usize>slot << 3));
    }
    // Above the hash the group's number and 1.
    let number = <u32>(found >> 32) - 1;
    if (found === 0) {
      number = groups++;
      store<u64>(slots + (<usize>slot << 3), (<u64>groups << 32) | hash);
      store<u32>(next + (<usize>number << 2), 0);
    }
    const count = next + (<usize>number << 2);
    store<u32>(count, load<u32>(count) + 1);
    store<u32>(numbers + (row << 2), number);
  }
  placeRows(numbers, rows, groups, next, base, starts, places);
  return groups;
}

/**
 * As `groupHashes`, of any IDs of 64 bits.
 * @param slots room for 2^bits numbers
 * @param known room for the ID of each group
 */
export function groupIds(ids: usize, rows: u32, slots: usize, bits: u32, known: usize, numbers: usize, next: usize, base: u32, starts: usize, places: usize): u32 {
  memory.fill(slots, 0, <usize>4 << bits);
  const mask = (<u32>1 << bits) - 1;
  const shift = 32 - bits;
  let groups: u32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const id = load<u64>(ids + (row << 3));
    let slot = hashOf(id) >> shift;
    let found = load<u32>(slots + (<usize>slot << 2));
    while (found !== 0 && load<u64>(known + (<usize>(found - 1) << 3)) !== id) {
      slot = (slot + 1) & mask;
      found = load<u32>(slots + (<usize>slot << 2));
    }
    if (found === 0) {
      store<u64>(known + (<usize>groups << 3), id);
      store<u32>(next + (<usize>groups << 2), 0);
      groups += 1;
      found = groups;
      store<u32>(slots + (<usize>slot << 2), found);
    }
    const count = next + (<usize>(found - 1) << 2);
    store<u32>(count, load<u32>(count) + 1);
    store<u32>(numbers + (row << 2), found - 1);
  }
  placeRows(numbers, rows, groups, next, base, starts, places);
  return groups;
}

/** @param next holds the rows of each group */
function placeRows(numbers: usize, rows: u32, groups: u32, next: usize, base: u32, starts: usize, places: usize): void {
  let place: u32 = 0;
  for (let group: usize = 0; group < groups; group++) {
    const rowsOf = load<u32>(next + (group << 2));
    store<u32>(starts + (group << 2), base + place);
    store<u32>(next + (group << 2), place);
    place += rowsOf;
  }
  for (let row: u32 = 0; row < rows; row++) {
    const nextOf = next + (<usize>load<u32>(numbers + (<usize>row << 2)) << 2);
    const target = load<u32>(nextOf);
    store<u32>(nextOf, target + 1);
    store<u32>(places + (<usize>target << 2), row);
  }
}

/**
 * Sorts each group's rows by time, equal times in the order that they have. @see ../../time-order.ts
 * @param starts of `count` groups, and one last entry: where the last one ends; all less `base` are places of this memory
 * @param scratch room for half as many times as the longest group has, and then as many places
 */
export function sortGroups(starts: usize, count: u32, base: u32, places: usize, times: usize, scratch: usize): void {
  for (let group: usize = 0; group < count; group++) {
    sortRange(places, times, load<u32>(starts + (group << 2)) - base, load<u32>(starts + (group << 2), 4) - base, scratch);
  }
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
