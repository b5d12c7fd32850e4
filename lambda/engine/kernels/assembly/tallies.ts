/** Counting rows per group and symbol, without taking them to their groups' sides. @see ../../evaluate-unmoved.ts */

/**
 * Deals the rows of a block out to partitions, each as a word: its group's hash, the bits of which that say the partition give way to the
 * row's symbol.
 * @param hashes of the rows' groups, 32 bits each
 * @param symbols of the rows, a byte each, no greater than `mask`
 * @param mask for the bits that say the partition
 * @param bounds 0, and the rows of each partition; becomes where the rows of the first one begin, and where those of each end
 */
export function dealSymbols(hashes: usize, symbols: usize, rows: usize, mask: u32, bounds: usize, words: usize): void {
  // To bring it near in order: where partitions begin to be written, a processor would wait for line after line.
  memory.fill(words, 0, rows << 2);
  store<u32>(bounds, <u32>words);
  const ends = bounds + 4;
  let next = <u32>words;
  for (let partition: usize = 0; partition <= mask; partition++) {
    const rowsOf = load<u32>(ends + (partition << 2));
    store<u32>(ends + (partition << 2), next);
    next += rowsOf << 2;
  }
  for (const end = hashes + (rows << 2); hashes < end; hashes += 4, symbols++) {
    const hash = load<u32>(hashes);
    const endOf = ends + (<usize>(hash & mask) << 2);
    const place = load<u32>(endOf);
    store<u32>(endOf, place + 4);
    store<u32>(place, (hash & ~mask) | load<u8>(symbols));
  }
}

/**
 * Counts the rows of a partition per group and symbol.
 * @param bounds of the partition in the first block, those of the next `stride` bytes later
 * @param mask for the bits of a word that say the symbol
 * @param slots room for 2^bits pairs of numbers: a hash table with linear probing, found by the upper bits
 * @param most groups that the table and the tallies have room for, fewer than 2^bits
 * @param tallies zeros; becomes per group as many numbers as there are symbols, 32 bits each
 * @returns the number of groups; one more than `most` where there are more than that
 */
export function tallyPartition(bounds: usize, stride: usize, blocks: u32, mask: u32, slots: usize, bits: u32, most: u32, symbols: u32, tallies: usize): u32 {
  memory.fill(slots, 0, <usize>8 << bits);
  const lastSlot = (<usize>8 << bits) - 8;
  const shift = 29 - bits;
  let groups: u32 = 0;
  for (; blocks > 0; blocks--, bounds += stride) {
    let word: usize = load<u32>(bounds);
    const end: usize = load<u32>(bounds, 4);
    while (word < end) {
      if (groups === most) return most + 1;
      // Even if each of these rows was of a new group, there would be room for it: no row asks.
      for (const until = min(end, word + (<usize>(most - groups) << 2)); word < until; word += 4) {
        const row = load<u32>(word);
        const key = row & ~mask;
        let slot = <usize>(row >> shift) & lastSlot;
        let found = load<u64>(slots + slot);
        while (found !== 0 && <u32>found !== key) {
          slot = (slot + 8) & lastSlot;
          found = load<u64>(slots + slot);
        }
        // Above the key the group's number and 1. Nothing branches on whether it is new, which no processor can foresee.
        const isNew = <u32>(found === 0);
        groups += isNew;
        const number = select<u32>(groups, <u32>(found >> 32), isNew);
        store<u64>(slots + slot, (<u64>number << 32) | key);
        const tally = tallies + (<usize>((number - 1) * symbols + (row & mask)) << 2);
        store<u32>(tally, load<u32>(tally) + 1);
      }
    }
  }
  return groups;
}

/** Per group the rows with any of some symbols. @param chosen `count` symbols, a byte each */
export function countChosen(tallies: usize, groups: u32, symbols: u32, chosen: usize, count: u32, counts: usize): void {
  const width = <usize>symbols << 2;
  for (const end = counts + (<usize>groups << 2); counts < end; counts += 4, tallies += width) {
    let rows: u32 = 0;
    for (let index: usize = 0; index < count; index++) rows += load<u32>(tallies + (<usize>load<u8>(chosen + index) << 2));
    store<u32>(counts, rows);
  }
}

/** Lists where the tallies of groups are that match. @param matching a byte per group, 1 or 0 @returns their number */
export function listMatching(tallies: usize, groups: usize, symbols: u32, matching: usize, list: usize): u32 {
  let last = list;
  for (const end = matching + groups; matching < end; matching++, tallies += <usize>symbols << 2) {
    store<u32>(last, <u32>tallies);
    last += <usize>load<u8>(matching) << 2;
  }
  return <u32>((last - list) >> 2);
}

/** Adds the rows of listed groups, per symbol. */
export function addTallies(list: usize, count: u32, symbols: u32, rows: usize): void {
  for (const end = list + (<usize>count << 2); list < end; list += 4) {
    const tallies = <usize>load<u32>(list);
    for (let symbol: usize = 0; symbol < <usize>(symbols << 2); symbol += 4) store<u32>(rows + symbol, load<u32>(rows + symbol) + load<u32>(tallies + symbol));
  }
}

/** Counts the listed groups that have a row with a value, for each of `values` values. @param valueBits of each symbol, one of 32 bits */
export function countGroupsPerValue(list: usize, count: u32, symbols: u32, valueBits: usize, values: u32, groups: usize): void {
  for (const end = list + (<usize>count << 2); list < end; list += 4) {
    const tallies = <usize>load<u32>(list);
    let present: u32 = 0;
    for (let symbol: usize = 0; symbol < <usize>(symbols << 2); symbol += 4) present |= select<u32>(load<u32>(valueBits + symbol), 0, load<u32>(tallies + symbol) !== 0);
    for (let value: u32 = 0; value < values; value++) {
      const counted = groups + (<usize>value << 2);
      store<u32>(counted, load<u32>(counted) + ((present >> value) & 1));
    }
  }
}
