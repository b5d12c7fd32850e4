import { benchCases } from './cases';
import { withFreshWorkers } from './fresh-worker';
import type { Section, SectionRow } from './section';
import { makeShopFile } from './shop-data';

const names = ['condition.sorted', 'funnel.sorted', 'funnel-sums.shuffled'];

/** What a query costs more as the first of a process that has yet to load the code. */
export const start: Section = {
  name: 'start',
  title: 'First query in a fresh worker process, code loaded, beyond a cold query of one that has run many; least of all rounds',
  measure: ({ size, rounds }) =>
    withFreshWorkers(async (startWorker) => {
      const rows: SectionRow[] = [];
      for (const { name, file, query } of benchCases.filter((question) => names.includes(question.name) && !question.file.endsWith('zstd'))) {
        const work = { ...(await makeShopFile(file, size)), query, warm: false };
        const steady = startWorker();
        const [first, again]: [number[], number[]] = [[], []];
        try {
          for (let round = 0; round < rounds; round++) {
            const fresh = startWorker();
            try {
              first.push((await fresh.ask(work)).sinceStart);
            } finally {
              await fresh.stop();
            }
            again.push((await steady.ask(work)).milliseconds);
          }
        } finally {
          await steady.stop();
        }
        rows.push({ name: `start.${name}`, value: Math.min(...first) - Math.min(...again), unit: 'ms', note: `goal 250; first ${Math.min(...first).toFixed(0)}, steady ${Math.min(...again).toFixed(0)}` });
      }
      return rows;
    }),
};
