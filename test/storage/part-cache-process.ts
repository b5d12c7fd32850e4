import { orderColumn } from '../../lambda/engine/moved-rows';
import { layOutRows } from '../../lambda/engine/part';
import { CachedPart } from '../../lambda/storage/part-cache/cached-part';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import { columnNames, columnOf, keys, source } from './part-cache-samples';

/** What a process tells of its work on a cache folder. */
export interface CacheReport {
  readonly hits: number;
  readonly misses: number;
  /** Columns that were not what the file holds. */
  readonly wrong: number;
  readonly warnings: readonly string[];
}

/** Queries parts in turn, each from a cache that has nothing in memory, `rounds` times over; 0: until it is killed. */
async function work(directory: string, maxBytes: number, rounds: number): Promise<CacheReport> {
  const warnings: string[] = [];
  const report = { hits: 0, misses: 0, wrong: 0, warnings };
  const disk = new DiskCache({ directory, maxBytes, warn: (error, message) => warnings.push(`${message}: ${String(error)}`) });
  for (let round = 0; rounds === 0 || round < rounds; round++) {
    for (const [place, key] of keys.entries()) {
      const cache = new PartCache({ memoryBytes: 1, disk });
      const columns = source(place);
      const hit = await cache.find(key, columnNames);
      const cached = hit?.cached ?? new CachedPart(layOutRows(columns, 'user', 'time'));
      for (const name of hit?.missing ?? columnNames) cached.add(name, orderColumn(columnOf(columns, name), cached.layout.order));
      const { order } = layOutRows(columns, 'user', 'time');
      for (const name of columnNames) {
        if (JSON.stringify(cached.part.column(name)) !== JSON.stringify(orderColumn(columnOf(columns, name), order))) report.wrong++;
      }
      if (hit === null || hit.missing.length > 0) report.misses++;
      else report.hits++;
      cache.keep(key, cached, true);
      await cache.flush();
    }
    process.stdout.write('.');
  }
  return report;
}

const [directory, maxBytes, rounds] = process.argv.slice(2);
void work(directory, Number(maxBytes), Number(rounds)).then((report) => process.stdout.write(`\n${JSON.stringify(report)}\n`));
