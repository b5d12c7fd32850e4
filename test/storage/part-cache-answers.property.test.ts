import fc from 'fast-check';
import { mergePartials } from '../../lambda/engine/merge';
import { PartMemory } from '../../lambda/engine/part-memory';
import { columnsNamed, usesTime } from '../../lambda/query/columns-used';
import type { ExpandedQuery } from '../../lambda/query/expanded';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import { partAsRead } from '../../lambda/storage/part-cache/part-as-read';
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import { answerText } from '../engine/answer-text';
import { anyScenario } from '../engine/arbitraries';
import { columnsOf } from '../engine/columns-of';
import { evaluate } from '../engine/reference';
import { temporaryFolder } from './temporary-folder';

const folder = temporaryFolder();

test('A cached part answers any query as the reference does, whatever was asked before, from memory and from files', async () => {
  let run = 0;
  const warnings: unknown[] = [];
  const open = () => new PartCache({ memoryBytes: 1e9, disk: new DiskCache({ directory: folder.path, maxBytes: 1e9, warn: (error) => warnings.push(error) }) });
  await fc.assert(
    fc.asyncProperty(anyScenario, fc.boolean(), async ({ dataset, query, otherQuery, dictionaryStart }, isFlushed) => {
      const [rows] = dataset.parts;
      const columns = columnsOf(rows, dataset, dictionaryStart);
      const key = { datasetVersion: `run ${run++}`, index: 0, part: { filename: 'p', size: 1, etag: 'e' } };
      const ask = async (asked: ExpandedQuery, cache: PartCache): Promise<string> => {
        const names = columnsNamed(asked);
        const hit = await cache.find(key, names);
        const { timestampColumn } = dataset;
        const asRead = new Map([...columns].filter(([name]) => name !== timestampColumn || usesTime(asked) || names.includes(name)));
        const found = hit?.cached ?? partAsRead(asRead, names, dataset, new PartMemory());
        for (const name of hit?.missing ?? []) {
          const column = columns.get(name);
          if (column !== undefined) found.addAsRead(name, column);
        }
        const times = columns.get(timestampColumn);
        if (times === undefined) throw new Error('a dataset without times');
        const cached = usesTime(asked) ? found.inTimeOrder(times, timestampColumn) : found;
        cache.keep(key, cached, hit === null || hit.missing.length > 0 || cached !== found);
        const answer = answerText(mergePartials(asked, [cached.evaluate(asked)]));
        if (isFlushed) await cache.flush();
        return answer;
      };
      const expected = (asked: ExpandedQuery) => answerText(evaluate(asked, { ...dataset, parts: [rows] }));

      const first = open();
      const second = open();
      for (const [asked, cache] of [[otherQuery, first], [query, first], [query, second], [otherQuery, second], [query, second]] as const) {
        expect(await ask(asked, cache)).toBe(expected(asked));
      }
    }),
    { numRuns: 100 },
  );
  expect(warnings).toEqual([]);
}, 120_000);
