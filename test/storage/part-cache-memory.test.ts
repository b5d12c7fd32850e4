/** Rows of a cached part that are moved later than they are read, where there is no memory for that. */
import { Codes } from '../../lambda/engine/codes';
import type { Column } from '../../lambda/engine/columns';
import { PartMemory } from '../../lambda/engine/part-memory';
import type { ExpandedQuery } from '../../lambda/query/expanded';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import { partAsRead } from '../../lambda/storage/part-cache/part-as-read';
import { PartCache } from '../../lambda/storage/part-cache/part-cache';
import type { CachedPart } from '../../lambda/storage/part-cache/cached-part';
import { perValue, queryOf } from '../engine/table';
import { temporaryFolder } from './temporary-folder';

const ROWS = 40_000;
const user = Float64Array.from({ length: ROWS }, (_, row) => (row * row) % 4999);
const ofUser = (values: number): Column => ({
  type: 'STRING', codes: Codes.ofBytes(Uint8Array.from(user, (each) => 1 + (each % values))), dictionary: Array.from({ length: values }, (_, value) => `value ${value}`),
});

/** No user's rows lie side by side. */
function unmovedPart(ids: Column = { type: 'INT', values: user.slice(), nulls: null }): CachedPart {
  const columns = new Map<string, Column>([['user', ids], ['event', ofUser(3)], ['page', ofUser(2)]]);
  return partAsRead(columns, ['event', 'page'], { groupIdColumn: 'user', timestampColumn: 'time' }, new PartMemory());
}

const counts: ExpandedQuery = queryOf({ aggregations: [perValue('groupsPerValue', 'event'), perValue('groupsPerValue', 'page')] });
const noMemory = () => { throw new RangeError('Array buffer allocation failed'); };
const keyOf = (index: number) => ({ datasetVersion: 'v', index, part: { filename: `p${index}`, size: 1, etag: 'e' } });

afterEach(() => jest.restoreAllMocks());

test('a query that had no memory to move all columns leaves the next one right', () => {
  const cached = unmovedPart();
  const first = cached.evaluate(counts);
  let calls = 0;
  const lacking = jest.spyOn(PartMemory.prototype, 'bytes').mockImplementation((length) => (++calls === 2 ? noMemory() : new Uint8Array(length)));
  expect(() => cached.evaluate(counts)).toThrow(RangeError);
  lacking.mockRestore();

  expect(cached.evaluate(counts)).toEqual(first);
});

describe('a cache on disk', () => {
  const folder = temporaryFolder();

  test('that had no memory to move rows says so, and what waits for it is not disturbed', async () => {
    const warnings: string[] = [];
    const cache = new PartCache({ memoryBytes: 1e9, disk: new DiskCache({ directory: folder.path, maxBytes: 1e9, warn: (_, message) => warnings.push(message) }) });
    const cached = unmovedPart();
    cache.keep(keyOf(0), cached, true);
    cached.evaluate(counts);
    const lacking = jest.spyOn(PartMemory.prototype, 'integers').mockImplementation(noMemory);
    await cache.flush();
    lacking.mockRestore();
    expect(warnings).toHaveLength(1);
    expect(cached.evaluate(counts).scannedGroups).toBe(new Set(user).size);

    cache.keep(keyOf(1), unmovedPart(), true);
    await expect(cache.flush()).resolves.toBeUndefined();
  });
});

test.each([['integers', undefined], ['few strings', ofUser(7)]])('a part whose rows were not moved yet counts for no less than once they are: IDs that are %s', (_, ids) => {
  const cached = unmovedPart(ids);
  const before = cached.bytes;
  cached.evaluate(counts);
  cached.evaluate(counts);
  expect(cached.layout.order).not.toBe('as-is');
  expect(before).toBeGreaterThanOrEqual(cached.bytes);
});
