import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { existingSample, generateSampleDataset } from '../../scripts/sample-data/sample-dataset';
import type { SampleSummary } from '../../scripts/sample-data/sample-dataset';

const small = { events: 20_000, parts: 4 };
const productEvents = ['view', 'add_to_cart', 'remove_from_cart', 'purchase'];
const cartEvents = ['add_to_cart', 'remove_from_cart', 'purchase'];

let folder: string;
let summary: SampleSummary;
/** Rows of each part, read back from its file. */
let parts: Record<string, unknown>[][];
let rows: Record<string, unknown>[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'frocket-sample-'));
  summary = await generateSampleDataset(folder, small);
  parts = await Promise.all(
    summary.files.map(async ({ name }) => parquetReadObjects({ file: await asyncBufferFromFile(path.join(folder, name)) })),
  );
  rows = parts.flat();
});

afterAll(() => rm(folder, { recursive: true }));

function shareOfRows(matches: (row: Record<string, unknown>) => boolean): number {
  return rows.filter(matches).length / rows.length;
}

function rowsPerUser(): number[] {
  const counts = new Map<unknown, number>();
  rows.forEach(({ user_id: user }) => counts.set(user, (counts.get(user) ?? 0) + 1));
  return [...counts.values()].sort((a, b) => b - a);
}

test('the same bytes are written at each run', async () => {
  const again = await mkdtemp(path.join(tmpdir(), 'frocket-sample-'));
  await generateSampleDataset(again, small);
  for (const { name } of summary.files) {
    const digests = await Promise.all(
      [folder, again].map(async (place) => createHash('sha256').update(await readFile(path.join(place, name))).digest('hex')),
    );
    expect(digests[0]).toBe(digests[1]);
  }
  await rm(again, { recursive: true });
});

test('as many events, parts and users as its summary says, and as was asked for', () => {
  expect(parts).toHaveLength(small.parts);
  expect(rows).toHaveLength(summary.events);
  expect(rowsPerUser()).toHaveLength(summary.users);
  expect(summary.events).toBeGreaterThanOrEqual(small.events);
  expect(summary.events).toBeLessThan(small.events * 1.05);
});

test('every user lies in one part, and no part is empty', () => {
  const usersOfParts = parts.map((part) => new Set(part.map((row) => row.user_id)));
  expect(usersOfParts.reduce((sum, users) => sum + users.size, 0)).toBe(summary.users);
  usersOfParts.forEach((users) => expect(users.size).toBeGreaterThan(0));
});

test('few users make much of the activity, and most come only once', () => {
  const counts = rowsPerUser();
  const topPercent = counts.slice(0, Math.ceil(counts.length / 100)).reduce((sum, count) => sum + count, 0);
  expect(topPercent / rows.length).toBeGreaterThan(0.1);
  expect(counts[Math.floor(counts.length / 2)]).toBeLessThan(10);
});

test('prices and categories stand exactly at product events, quantities exactly at cart and purchase events', () => {
  const wrong = rows.filter(
    ({ event, price, category, quantity }) =>
      (price !== null) !== productEvents.includes(String(event)) ||
      (category !== null) !== (price !== null) ||
      (quantity !== null) !== cartEvents.includes(String(event)),
  );
  expect(wrong).toEqual([]);
});

test('about a third of the events have no channel, and about an eighth no known login state', () => {
  expect(shareOfRows(({ channel }) => channel === null)).toBeCloseTo(0.34, 1);
  expect(shareOfRows(({ logged_in: loggedIn }) => loggedIn === null)).toBeCloseTo(0.12, 1);
});

test('times are whole milliseconds within the 90 days, and nights are quiet', () => {
  const hours = Array.from({ length: 24 }, () => 0);
  rows.forEach(({ timestamp }) => hours[new Date(Number(timestamp)).getUTCHours()]++);
  const wrong = rows.filter(
    ({ timestamp }) => typeof timestamp !== 'bigint' || timestamp < summary.period.from || timestamp >= summary.period.to,
  );
  expect(wrong).toEqual([]);
  expect(hours[20]).toBeGreaterThan(5 * hours[3]);
});

test('nobody buys or removes what was not put into the cart before', () => {
  const inCart = new Map<unknown, number>();
  const inOrder = rows.toSorted((a, b) => Number(a.timestamp) - Number(b.timestamp));
  const taken = [];
  for (const { user_id: user, event } of inOrder) {
    const change = event === 'add_to_cart' ? 1 : event === 'purchase' || event === 'remove_from_cart' ? -1 : 0;
    const left = (inCart.get(user) ?? 0) + change;
    inCart.set(user, left);
    if (left < 0) {
      taken.push({ user, event });
    }
  }
  expect(taken).toEqual([]);
});

describe('a sample that is there already', () => {
  test('is found for the same options only', async () => {
    expect(await existingSample(folder, small)).toEqual(summary);
    expect(await existingSample(folder, { ...small, parts: 5 })).toBeNull();
    expect(await existingSample(path.join(folder, 'elsewhere'), small)).toBeNull();
  });

  test('does not count where a file is cut short or missing', async () => {
    const broken = await mkdtemp(path.join(tmpdir(), 'frocket-sample-'));
    await generateSampleDataset(broken, { events: 100, parts: 2 });
    await truncate(path.join(broken, 'part-00001.parquet'), 10);
    expect(await existingSample(broken, { events: 100, parts: 2 })).toBeNull();
    await rm(path.join(broken, 'part-00001.parquet'));
    expect(await existingSample(broken, { events: 100, parts: 2 })).toBeNull();
    await rm(broken, { recursive: true });
  });

  test('does not count where its summary is no JSON', async () => {
    const broken = await mkdtemp(path.join(tmpdir(), 'frocket-sample-'));
    await writeFile(path.join(broken, 'sample.json'), '{');
    expect(await existingSample(broken, small)).toBeNull();
    await rm(broken, { recursive: true });
  });
});

test('leaves only whole files behind', async () => {
  expect((await readdir(folder)).sort()).toEqual([...summary.files.map(({ name }) => name), 'sample.json'].sort());
});
