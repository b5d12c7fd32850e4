import { statSync } from 'node:fs';
import path from 'node:path';
import { FUNCTION_MEBIBYTES, withFreshWorkers } from './fresh-worker';
import type { Section, SectionRow } from './section';
import type { ShopFile } from './shop-data';
import { eventsSql, shopFolder, writeParquet } from './shop-data';

const steps = ['view', 'addtocart', 'transaction'].map((event) => ({ filter: ['event', '==', event] }));
const query = { funnel: { sequence: steps, stepAggregations: [{ column: 'event', type: 'sumPerValue', otherColumn: 'price' }] } };

/** Four columns of events, and sixteen that the query leaves alone. */
const large = (rows: number) => `
  select user_id, timestamp, event, price, ${Array.from({ length: 16 }, (_, column) => `(random(i, ${100 + column}) * 4)::integer as other_${column}`).join(', ')}
  from (${eventsSql({ rows, users: rows / 5 })}) order by user_id, timestamp`;

const tooLarge = (rows: number) => `
  select i // 5 as user_id, 1700000000000 + i * 1000 as timestamp, ['view', 'addtocart', 'transaction'][1 + i % 3] as event, (i % 1000)::double as price from range(${rows}) numbers(i)`;

/** Peak memory of the whole process, seen from outside, cold, with what it keeps for the next query. */
export const memory: Section = {
  name: 'memory',
  title: `Peak memory of a fresh worker process that answers the funnel with sums (four columns), its caches those of a function of ${FUNCTION_MEBIBYTES} MiB`,
  measure: ({ size }) =>
    withFreshWorkers(async (startWorker) => {
      const rows: SectionRow[] = [];
      const parts = [
        { name: 'memory.150-mb-zstd', count: 2.4 * size.rows, sql: large },
        { name: 'memory.too-large', count: 12 * size.rows, sql: tooLarge },
      ];
      for (const { name, count, sql } of parts) {
        const file: ShopFile = { folder: shopFolder(size), filename: `${name}.parquet` };
        const location = path.join(file.folder, file.filename);
        await writeParquet(location, sql(count), 'zstd');
        const worker = startWorker();
        try {
          const outcome = await worker.ask({ ...file, query, warm: true }).then(({ milliseconds }) => `answered in ${milliseconds.toFixed(0)} ms`, (error: Error) => error.message.split('\n')[0]);
          const megabytes = Math.round(statSync(location).size / 1e6);
          rows.push({ name, value: (worker.peakMemory() ?? NaN) / 2 ** 20, unit: 'MiB', note: `goal ${FUNCTION_MEBIBYTES}; ${count} rows, ${megabytes} MB of file: ${outcome}` });
        } finally {
          await worker.stop();
        }
      }
      return rows;
    }),
};
