import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { generateSampleDataset } from '../../scripts/sample-data/sample-dataset';
import type { SampleSummary } from '../../scripts/sample-data/sample-dataset';

/** A folder of its own with a small sample dataset in it. */
export interface SampleFolder {
  /** For data folders and query files. */
  readonly folder: string;
  readonly dataset: string;
  readonly summary: SampleSummary;
  /** Users with at least one such event, counted from the files themselves. */
  usersWith(event: string): Promise<number>;
  remove(): Promise<void>;
}

export async function makeSampleFolder(): Promise<SampleFolder> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'frocket-test-')));
  const dataset = path.join(folder, 'shop');
  const summary = await generateSampleDataset(dataset, { events: 3_000, parts: 3 });
  return {
    folder,
    dataset,
    summary,
    async usersWith(event) {
      const parts = await Promise.all(
        summary.files.map(async ({ name }) => parquetReadObjects({ file: await asyncBufferFromFile(path.join(dataset, name)) })),
      );
      const rows: Record<string, unknown>[] = parts.flat();
      return new Set(rows.filter((row) => row.event === event).map((row) => row.user_id)).size;
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
