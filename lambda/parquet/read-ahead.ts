import { setImmediate } from 'node:timers/promises';
import { PartMemory } from '../engine/part-memory';
import type { ByteRange } from './byte-ranges';

/** Ranges asked for beyond the one that is being decoded: enough to keep a connection busy meanwhile, and little memory. */
export const RANGES_AHEAD = 3;

/**
 * Reads ranges, a few at a time, and hands each over in their order while the next ones arrive. The first error, of a read
 * or of `use`, ends it.
 * @param read may put a range's bytes into `room`, which later ranges use again
 */
export async function readAhead<Range extends ByteRange>(
  ranges: readonly Range[],
  read: (range: Range, room: Uint8Array) => Promise<Uint8Array>,
  use: (range: Range, bytes: Uint8Array) => void,
): Promise<void> {
  const memory = new PartMemory();
  const largest = ranges.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  const rooms = ranges.slice(0, RANGES_AHEAD + 1).map(() => memory.bytes(largest));
  const arriving: Promise<Uint8Array>[] = [];
  const ask = (index: number): void => {
    const bytes = read(ranges[index], rooms[index % rooms.length]);
    // A range that fails while an earlier one is awaited must not count as unhandled; it is reported when its turn comes.
    bytes.catch(() => undefined);
    arriving.push(bytes);
  };
  for (let index = 0; index < Math.min(RANGES_AHEAD, ranges.length); index++) ask(index);
  for (const [index, range] of ranges.entries()) {
    const bytes = await arriving.shift();
    if (bytes === undefined) return;
    if (index + RANGES_AHEAD < ranges.length) {
      ask(index + RANGES_AHEAD);
      // Decoding takes the thread: the request is to be on its way before.
      await setImmediate();
    }
    use(range, bytes);
  }
  // Not after an error: reads may be under way then.
  memory.giveBack();
}
