import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { PartFile } from '../../lambda/datastore/dataset';
import type { QueryWork } from '../../lambda/datastore/job';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { buildPart } from '../../lambda/engine/part';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { columnsUsed } from '../../lambda/query/columns-used';
import { parseQuery } from '../../lambda/query/parse-query';
import { openStorage } from '../../lambda/storage/open-storage';
import { CachedPart } from '../../lambda/storage/part-cache/cached-part';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import { runTask } from '../../lambda/worker/task';
import type { Event } from './parquet-parts';
import { shopColumns, temporaryFolder, writePart } from './parquet-parts';

const types = { user: 'INT', time: 'INT', event: 'STRING', price: 'FLOAT' } as const;
const ids = { groupIdColumn: 'user', timestampColumn: 'time' };
const schema = { ...ids, columns: new Map(Object.entries(types).map(([name, type]) => [name, { type, logical: null }])), minTimestamp: 0, maxTimestamp: 1e9 };

/** All of them so large that their arrays are worth keeping, some of like size. */
const PART_ROWS = [20_000, 20_000, 19_000, 30_000, 12_000, 20_000];

const isEvent = (event: string) => ({ filter: ['event', '==', event] });
const questions = [
  { query: { conditions: [{ ...isEvent('buy'), target: ['count', '>', 1] }], aggregations: [{ column: 'event' }] } },
  { query: { conditions: [{ filter: ['price', '>', 70] }] } },
  { query: { conditions: [{ filter: ['event', 'regex', '^view [0-9]*7$'] }], aggregations: [{ column: 'event', type: 'countPerValue' }] } },
  { funnel: { sequence: ['view', 'cart', 'buy'].map(isEvent), stepAggregations: [{ column: 'event', type: 'sumPerValue', otherColumn: 'price' }] } },
  { funnel: { sequence: [isEvent('cart'), isEvent('buy')], maxDuration: 5000 } },
  { query: { conditions: [{ filter: ['event', 'contains', '77'] }, { filter: ['event', '!=', 'buy'], target: ['count', '==', 3] }, { filter: ['event', 'in', ['cart', 'view 8']] }], relation: '$0 or ($1 and $2)' } },
].map((question) => parseQuery(JSON.stringify(question), schema));

/** Sorted parts and shuffled ones in turns, two of them with so many distinct texts that these are worth keeping too. */
function events(part: number): Event[] {
  const rows = PART_ROWS[part];
  return Array.from({ length: rows }, (_, row) => {
    const place = part % 2 === 0 ? row : (row * 7919) % rows;
    const draw = (place * 2654435761) % 97;
    return { user: Math.floor(place / 5), time: 1000 * place, event: draw < 60 ? (part % 3 === 0 ? `view ${place}` : 'view') : draw < 80 ? 'cart' : 'buy', price: draw % 4 === 0 ? null : draw };
  });
}

let folder: string;
let parts: PartFile[];
beforeAll(async () => {
  folder = await temporaryFolder();
  parts = [];
  for (const part of PART_ROWS.keys()) parts.push(await writePart(folder, `${part}.parquet`, shopColumns(events(part))));
});
afterAll(() => rm(folder, { recursive: true }));

function work(query: QueryWork['query']): QueryWork {
  const columns = columnsUsed(query, ids).map((name) => ({ name, type: types[name as keyof typeof types], logical: null }));
  return { kind: 'query', basepath: folder, ...ids, datasetVersion: 'shop@1', query, columns };
}

/** What comes out where nothing is kept of any part. */
async function expectedResults(): Promise<unknown[][]> {
  const results: unknown[][] = [];
  for (const part of parts) {
    const source = openStorage(folder).open(part);
    const file = await openParquet(source);
    const names = Object.keys(types);
    const columns = await file.readColumns(names);
    await source.close();
    const built = buildPart(new Map(names.map((name, index) => [name, columns[index]])), 'user', 'time');
    results.push(questions.map((question) => evaluatePart(question, built)));
  }
  return results;
}

test.each([
  ['nothing is kept', 0, false],
  ['some parts are kept', 1_500_000, false],
  ['parts are written to disk as well', 1_500_000, true],
  ['all are kept', 1e9, false],
])('Queries that run side by side on parts that come and go get their own rows: %s', async (_, memoryBytes, onDisk) => {
  const expected = await expectedResults();
  const judged = jest.spyOn(CachedPart.prototype, 'noteJudged');
  const directory = path.join(folder, `cache-${memoryBytes}-${onDisk}`);
  const warnings: unknown[] = [];
  const cache = new PartCache({ memoryBytes, disk: onDisk ? new DiskCache({ directory, maxBytes: 1e8, warn: (error) => warnings.push(error) }) : null });
  const flushes: Promise<void>[] = [];
  for (let round = 0; round < 40; round++) {
    const asked = [0, 1, 2].map((lane) => ({ part: (round * (lane + 1) + lane) % parts.length, question: (round + lane * 3) % questions.length }));
    const outcomes = await Promise.all(asked.map(({ part, question }) => {
      const task = { index: part, attempt: 1, part: parts[part] };
      return runTask({ work: work(questions[question]), task, launchedAt: Date.now() }, () => {}, { cache });
    }));
    flushes.push(cache.flush());
    const results = outcomes.map((outcome) => (outcome.status === 'ENDED_SUCCESS' ? outcome.result : outcome));
    expect(results).toEqual(asked.map(({ part, question }) => expected[part][question]));
  }
  await Promise.all(flushes);
  expect(warnings).toEqual([]);
  expect(judged.mock.calls.filter(([columns]) => columns !== null).length).toBeGreaterThan(0);
  judged.mockRestore();
});
