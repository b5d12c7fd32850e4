import { setImmediate } from 'node:timers/promises';
import type { ByteRange } from './byte-ranges';

/** Ranges asked for beyond the one that is being decoded: enough to keep a connection busy meanwhile, and little memory. */
export const RANGES_AHEAD = 3;

/**
 * Reads ranges, a few at a time, and hands each over in their order while the next ones arrive. The first error, of a read
 * or of `use`, ends it.
 */
export async function readAhead<Range extends ByteRange>(
  ranges: readonly Range[],
  read: (range: Range) => Promise<Uint8Array>,
  use: (range: Range, bytes: Uint8Array) => void,
): Promise<void> {
  const arriving: Promise<Uint8Array>[] = [];
  const ask = (range: Range): void => {
    const bytes = read(range);
    // A range that fails while an earlier one is awaited must not count as unhandled; it is reported when its turn comes.
    bytes.catch(() => undefined);
    arriving.push(bytes);
  };
  ranges.slice(0, RANGES_AHEAD).forEach(ask);
  for (const [index, range] of ranges.entries()) {
    const bytes = await arriving.shift();
    if (bytes === undefined) return;
    const next = ranges[index + RANGES_AHEAD];
    if (next !== undefined) {
      ask(next);
      // Decoding takes the thread: the request is to be on its way before.
      await setImmediate();
    }
    use(range, bytes);
  }
}
