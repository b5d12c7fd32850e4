import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { partFile } from './part-file';
import { seededRandom } from './random';
import { eventsOfUser, period } from './visitor';
import type { ShopEvent } from './visitor';

export interface SampleOptions {
  /** Lower bound of the number of events: the last user's visits are written whole. Default 400,000. */
  readonly events?: number;
  /** Number of Parquet files; default 8. */
  readonly parts?: number;
}

/** Also kept in the folder as `sample.json`, written last: where it is, the sample is complete. */
export interface SampleSummary {
  readonly version: number;
  readonly requested: Required<SampleOptions>;
  readonly events: number;
  readonly users: number;
  /** Milliseconds since the epoch, from <= t < to. */
  readonly period: { readonly from: number; readonly to: number };
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

export const sampleColumns = { groupId: 'user_id', timestamp: 'timestamp' } as const;

/** To be raised with every change of the generated data, so that samples of before are made anew. */
const version = 1;
const seed = 20_260_601;
const summaryName = 'sample.json';
const defaults = { events: 400_000, parts: 8 } as const;

/**
 * Writes a shop's event stream as Parquet files, partitioned by user; the same files at each run.
 * @param folder made where it is missing; files of an earlier sample in it are replaced
 */
export async function generateSampleDataset(folder: string, options: SampleOptions = {}): Promise<SampleSummary> {
  const requested = { ...defaults, ...options };
  const { parts, users } = simulate(requested);
  await mkdir(folder, { recursive: true });
  const files = [];
  for (const [index, events] of parts.entries()) {
    const name = `part-${String(index).padStart(5, '0')}.parquet`;
    const bytes = partFile(events);
    await writeWhole(path.join(folder, name), bytes);
    files.push({ name, bytes: bytes.byteLength });
  }
  const summary: SampleSummary = {
    version,
    requested,
    events: parts.reduce((sum, events) => sum + events.length, 0),
    users,
    period: { from: period.from, to: period.from + period.days * 86_400_000 },
    files,
  };
  await writeWhole(path.join(folder, summaryName), JSON.stringify(summary, null, 2) + '\n');
  return summary;
}

/** The sample that lies complete in the folder as these options would make it; null where there is none. */
export async function existingSample(folder: string, options: SampleOptions = {}): Promise<SampleSummary | null> {
  try {
    const summary = JSON.parse(await readFile(path.join(folder, summaryName), 'utf8')) as SampleSummary;
    const sizes = await Promise.all(summary.files.map(({ name }) => stat(path.join(folder, name))));
    const complete =
      summary.version === version &&
      JSON.stringify(summary.requested) === JSON.stringify({ ...defaults, ...options }) &&
      summary.files.every(({ bytes }, index) => sizes[index].size === bytes);
    return complete ? summary : null;
  } catch {
    // Missing, half-written or foreign: whatever it is, it is not the sample.
    return null;
  }
}

function simulate({ events: wanted, parts: partCount }: Required<SampleOptions>) {
  const random = seededRandom(seed);
  const parts = Array.from({ length: partCount }, (): ShopEvent[] => []);
  let users = 0;
  for (let events = 0; events < wanted; users++) {
    // Gaps between the numbers, as in a shop whose accounts come and go.
    const userId = 1_000_000n + BigInt(users) * 7n + BigInt(random.integer(0, 6));
    const eventsOfOne = eventsOfUser(random, userId);
    parts[partOfUser(userId, partCount)].push(...eventsOfOne);
    events += eventsOfOne.length;
  }
  return { parts, users };
}

/** Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4) of the ID's lower 32 bits: all of a user in one part. */
function partOfUser(userId: bigint, parts: number): number {
  const hash = Math.imul(Number(BigInt.asUintN(32, userId)), 0x9e3779b1) >>> 0;
  return Math.floor((hash / 2 ** 32) * parts);
}

/** So that nobody ever sees half a file. */
async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${file}.${process.pid}.unfinished`;
  await writeFile(unfinished, content);
  await rename(unfinished, file);
}
