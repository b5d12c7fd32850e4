/** Zstandard frames that something has happened to. */
import type { Random } from '../../scripts/sample-data/random';
import type { Sample } from './zstd-corpus';
import { contentOf, craftFrame, randomHeader, type CraftedBlock } from './zstd-crafting';

/** Bytes that may be no frame, and how many to make of them. */
export interface Damaged {
  readonly input: Uint8Array;
  readonly size: number;
}

/** Where most that matters lies: in the first bytes, and in the last ones, with which reading of some streams begins. */
function somewhere(length: number, random: Random): number {
  const near = Math.min(length - 1, Math.floor(random.exponential(12)));
  return random.pick([[near, 3], [length - 1 - near, 1], [random.integer(0, length - 1), 2]]);
}

export function damaged(samples: readonly Sample[], random: Random): Damaged {
  const { frame, content } = samples[random.integer(0, samples.length - 1)];
  const input = Uint8Array.from(frame);
  const size = random.pick([[content.length, 12], [content.length + 1, 1], [Math.max(0, content.length - 1), 1], [0, 1]]);
  const at = somewhere(input.length, random);
  const length = random.integer(0, Math.min(40, input.length - at));
  switch (random.integer(0, 7)) {
    case 0:
      return { input: input.subarray(0, random.chance(0.5) ? at : input.length - random.integer(1, 5)), size };
    case 1:
      return { input: Buffer.concat([input, input.subarray(at, at + 1 + length)]), size };
    case 2: {
      const { frame: other } = samples[random.integer(0, samples.length - 1)];
      const from = somewhere(other.length, random);
      return { input: Buffer.concat([input.subarray(0, at), other.subarray(from, random.chance(0.5) ? from + length : other.length), input.subarray(at + random.integer(0, length))]), size };
    }
    case 3:
      return { input: input.fill(random.pick([[0, 1], [255, 1], [random.integer(0, 255), 1]]), at, at + length), size };
    default:
      for (let flips = random.integer(1, 3); flips > 0; flips--) input[somewhere(input.length, random)] ^= 1 << random.integer(0, 7);
      return { input, size };
  }
}

/** Whole blocks at fault, or the header before them. */
export function structurallyDamaged(blocks: readonly CraftedBlock[], random: Random): Damaged {
  const changed = [...blocks];
  const [from, to] = [random.integer(0, blocks.length - 1), random.integer(0, blocks.length - 1)];
  const change = random.pick([['missing', 2], ['twice', 2], ['elsewhere', 2], ['header', 3], ['both', 1]]);
  if ((change === 'missing' || change === 'both') && blocks.length > 1) changed.splice(from, 1);
  if (change === 'twice') changed.splice(to, 0, blocks[from]);
  if (change === 'elsewhere') [changed[from], changed[to]] = [changed[to], changed[from]];
  const header = randomHeader(changed, random);
  const size = contentOf(changed).length;
  if (change !== 'header' && change !== 'both') return { input: craftFrame(changed, header), size };
  const contentSize = random.pick([[size, 2], [size + 1, 1], [size - 1, 1], [size + 2 ** 32, 2], [size + 256, 1], [0, 1]]);
  const window = random.chance(0.5) ? header.window : random.pick([[null, 1], [0, 1], [random.integer(0, 255), 1]]);
  const contentSizeBytes = header.window === null && window !== null ? random.pick([[0, 1], [8, 1]]) : random.chance(0.5) ? 8 : header.contentSizeBytes;
  return { input: craftFrame(changed, { contentSizeBytes, window, contentSize: Math.max(0, contentSize) }), size };
}
