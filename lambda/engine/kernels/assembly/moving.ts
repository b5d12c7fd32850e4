/** Taking rows of a column to their partitions, and to their places within one. @see ../../moved-rows.ts */

/**
 * Deals the rows of a block out to partitions, those of each in the order that they have.
 * @param partitions of the rows, 16 bits each, below `count`
 * @param width of a value, in bytes: 1, 4 or 8
 * @param ends becomes where in `dealt` each partition's rows end, the first one's beginning where `dealt` does
 */
export function dealBlock(values: usize, partitions: usize, rows: usize, count: u32, width: u32, ends: usize, dealt: usize): void {
  memory.fill(ends, 0, <usize>count << 2);
  const last = partitions + (rows << 1);
  for (let at = partitions; at < last; at += 2) {
    const counted = ends + (<usize>load<u16>(at) << 2);
    store<u32>(counted, load<u32>(counted) + width);
  }
  let next = <u32>dealt;
  for (const end = ends + (<usize>count << 2); ends < end; ends += 4) {
    const bytes = load<u32>(ends);
    store<u32>(ends, next);
    next += bytes;
  }
  ends -= <usize>count << 2;
  if (width === 8) for (; partitions < last; partitions += 2, values += 8) store<u64>(placeFor(ends, partitions, 8), load<u64>(values));
  else if (width === 4) for (; partitions < last; partitions += 2, values += 4) store<u32>(placeFor(ends, partitions, 4), load<u32>(values));
  else for (; partitions < last; partitions += 2, values++) store<u8>(placeFor(ends, partitions, 1), load<u8>(values));
}

/** Where the next row of a partition goes. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function placeFor(ends: usize, partition: usize, width: u32): usize {
  const end = ends + (<usize>load<u16>(partition) << 2);
  const place = load<u32>(end);
  store<u32>(end, place + width);
  return place;
}

/** Takes values from their places, 32 bits each, to rows. @param width of a value, in bytes: 1, 4 or 8 */
export function gather(values: usize, places: usize, rows: usize, width: u32, moved: usize): void {
  const last = places + (rows << 2);
  if (width === 8) for (; places < last; places += 4, moved += 8) store<u64>(moved, load<u64>(values + (<usize>load<u32>(places) << 3)));
  else if (width === 4) for (; places < last; places += 4, moved += 4) store<u32>(moved, load<u32>(values + (<usize>load<u32>(places) << 2)));
  else for (; places < last; places += 4, moved++) store<u8>(moved, load<u8>(values + <usize>load<u32>(places)));
}
