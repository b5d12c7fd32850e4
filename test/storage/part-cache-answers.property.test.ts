import fc from 'fast-check';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { orderColumn } from '../../lambda/engine/moved-rows';
import { layOutGroups, layOutRows } from '../../lambda/engine/part';
import { mergePartials } from '../../lambda/engine/merge';
import { columnsNamed, usesTime } from '../../lambda/query/columns-used';
import type { ExpandedQuery } from '../../lambda/query/expanded';
import { CachedPart } from '../../lambda/storage/part-cache/cached-part';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
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
    fc.asyncProperty(anyScenario, async ({ dataset, query, otherQuery, dictionaryStart }) => {
      const [rows] = dataset.parts;
      const columns = columnsOf(rows, dataset, dictionaryStart);
      const key = { datasetVersion: `run ${run++}`, index: 0, part: { filename: 'p', size: 1, etag: 'e' } };
      const ask = async (asked: ExpandedQuery, cache: PartCache): Promise<string> => {
        const names = columnsNamed(asked);
        const hit = await cache.find(key, names);
        const { groupIdColumn, timestampColumn } = dataset;
        const isNew = new CachedPart(usesTime(asked) ? layOutRows(columns, groupIdColumn, timestampColumn) : layOutGroups(columns, groupIdColumn));
        const times = columns.get(timestampColumn);
        if (times === undefined) throw new Error('a dataset without times');
        const found = hit?.cached ?? isNew;
        const cached = usesTime(asked) ? found.inTimeOrder(times, timestampColumn) : found;
        for (const name of hit?.missing ?? names) {
          const column = columns.get(name);
          if (column !== undefined) cached.add(name, orderColumn(column, cached.layout.order));
        }
        cache.keep(key, cached, hit === null || hit.missing.length > 0 || cached !== found);
        await cache.flush();
        return answerText(mergePartials(asked, [evaluatePart(asked, cached.part)]));
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
