import { setImmediate } from 'node:timers/promises';
import { PartMemory } from '../engine/part-memory';
import type { ByteRange } from './byte-ranges';

/** Ranges asked for beyond the one that is being decoded: enough to keep a connection busy meanwhile, and little memory. */
export const RANGES_AHEAD = 3;

/** And as many ranges' bytes. */
const ROOMS = RANGES_AHEAD + 1;

/** Where a range's bytes are put. */
interface Room {
  readonly memory: PartMemory;
  readonly bytes: Uint8Array;
}

/** Bytes of the rooms that all ranges would be in, were each of them held. */
export function roomsOf(ranges: readonly ByteRange[]): number {
  return ranges.length * largestOf(ranges);
}

/** Any range has room in what the largest one takes. */
function largestOf(ranges: readonly ByteRange[]): number {
  return ranges.reduce((most, { start, end }) => Math.max(most, end - start), 0);
}

/**
 * Reads ranges, a few at a time, and hands each over in their order while the next ones arrive. The first error, of a read
 * or of `use`, ends it.
 * @param read may put a range's bytes into `room`, which later ranges use again
 * @param use may return memory that is to hold the bytes from now on
 */
export async function readAhead<Range extends ByteRange>(
  ranges: readonly Range[],
  read: (range: Range, room: Uint8Array) => Promise<Uint8Array>,
  use: (range: Range, bytes: Uint8Array) => PartMemory | null,
): Promise<void> {
  const largest = largestOf(ranges);
  const rooms: (Room | null)[] = [];
  const arriving: Promise<Uint8Array>[] = [];
  const ask = (index: number): void => {
    const room = (rooms[index % ROOMS] ??= roomOf(largest));
    const bytes = read(ranges[index], room.bytes);
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
    const holder = use(range, bytes);
    const room = rooms[index % ROOMS];
    if (holder !== null && room) {
      holder.adopt(room.memory);
      rooms[index % ROOMS] = null;
    }
  }
  // Not after an error: reads may be under way then.
  for (const room of rooms) room?.memory.giveBack();
}

function roomOf(size: number): Room {
  const memory = new PartMemory();
  return { memory, bytes: memory.bytes(size) };
}
