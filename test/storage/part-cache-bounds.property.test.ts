import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { orderColumn } from '../../lambda/engine/moved-rows';
import { layOutRows } from '../../lambda/engine/part';
import { CachedPart } from '../../lambda/storage/part-cache/cached-part';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import type { PartKey } from '../../lambda/storage/part-cache/part-key';
import { columnNames, columnOf, keys, source } from './part-cache-samples';

type Step =
  | { readonly kind: 'query'; readonly place: number; readonly names: readonly string[]; readonly isStopped: boolean }
  | { readonly kind: 'flush' | 'restart' }
  | { readonly kind: 'damage'; readonly file: number; readonly at: number };

const query = fc.record({
  kind: fc.constant('query' as const),
  place: fc.nat({ max: keys.length - 1 }),
  names: fc.subarray([...columnNames]),
  /** Whether the task ends, as by a limit, before the part is kept. */
  isStopped: fc.boolean(),
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: query },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('flush' as const, 'restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('damage' as const), file: fc.nat(), at: fc.nat() }) },
  ),
  { maxLength: 40, size: 'max' },
);

/** A cache of little room, on a folder, and what it should hold. */
class Trial {
  #cache: PartCache;
  #found = new Map<PartKey, CachedPart>();

  constructor(
    readonly directory: string,
    readonly memoryBytes: number,
    readonly diskBytes: number,
  ) {
    this.#cache = this.#open();
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'query':
        await this.#query(keys[step.place], step.place, step.names, step.isStopped);
        return;
      case 'flush':
        await this.#cache.flush();
        return;
      case 'restart':
        this.#cache = this.#open();
        this.#found = new Map();
        return;
      case 'damage':
        this.#damage(step.file, step.at);
    }
  }

  /** As a worker's task does it, with the answer compared to that of a part which was just read. */
  async #query(key: PartKey, place: number, names: readonly string[], isStopped: boolean): Promise<void> {
    const columns = source(place);
    const fresh = layOutRows(columns, 'user', 'time');
    const hit = await this.#cache.find(key, names);
    const cached = hit?.cached ?? new CachedPart(fresh);
    for (const name of hit?.missing ?? names) cached.add(name, orderColumn(columnOf(columns, name), cached.layout.order));
    expect({ ...cached.layout }).toEqual({ ...fresh });
    for (const name of names) expect(cached.part.column(name)).toEqual(orderColumn(columnOf(columns, name), fresh.order));
    this.#found.set(key, cached);
    if (!isStopped) this.#cache.keep(key, cached, hit === null || hit.missing.length > 0);
  }

  /** Bytes of the parts that the cache has in memory, as they are by now. */
  bytesInMemory(): number {
    const kept = [...this.#found].filter(([{ datasetVersion, index }]) => this.#cache.inMemory(datasetVersion).includes(index));
    return kept.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  }

  files(): string[] {
    const names = readdirSync(this.directory, { recursive: true, encoding: 'utf8' });
    return names.map((name) => path.join(this.directory, name)).filter((file) => statSync(file).isFile());
  }

  bytesOnDisk(): number {
    return this.files().reduce((sum, file) => sum + statSync(file).size, 0);
  }

  #open(): PartCache {
    const disk = new DiskCache({ directory: this.directory, maxBytes: this.diskBytes, warn: () => {} });
    return new PartCache({ memoryBytes: this.memoryBytes, disk });
  }

  #damage(file: number, at: number): void {
    const files = this.files();
    if (files.length > 0) {
      const name = files[file % files.length];
      const bytes = readFileSync(name);
      bytes[at % bytes.length] ^= 0x10;
      writeFileSync(name, bytes);
    }
  }
}

describe('A part cache', () => {
  const room = fc.record({ memoryBytes: fc.constantFrom(0, 1_500, 4_000, 100_000), diskBytes: fc.constantFrom(0, 5_000, 20_000, 1_000_000) });

  test('gives what the file holds, and stays within its bounds, whatever happens', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'frocket-test-'));
    let run = 0;
    try {
      await fc.assert(
        fc.asyncProperty(room, steps, async ({ memoryBytes, diskBytes }, taken) => {
          const directory = path.join(folder, String(run++));
          mkdirSync(directory);
          const trial = new Trial(directory, memoryBytes, diskBytes);
          for (const step of taken) {
            await trial.take(step);
            expect(trial.bytesInMemory()).toBeLessThanOrEqual(memoryBytes);
            expect(trial.bytesOnDisk()).toBeLessThanOrEqual(diskBytes);
          }
          rmSync(directory, { recursive: true });
        }),
        { numRuns: 150 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
