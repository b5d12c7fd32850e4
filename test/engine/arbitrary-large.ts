import fc from 'fast-check';
import type { ColumnType } from '../../lambda/query/expanded';
import type { ReferenceDataset, Row } from './reference-dataset';

/** Orders that a writer may leave a file in, each of which the engine takes on another path. */
export const fileOrders = ['sorted', 'descending groups', 'nearly sorted', 'shuffled'] as const;

export interface LargeData {
  readonly dataset: ReferenceDataset;
  readonly order: (typeof fileOrders)[number];
}

const groupIds = {
  integers: (group: number) => BigInt(group * 7 - 20),
  '64 bits': (group: number) => 2n ** 62n + BigInt(group),
  strings: (group: number) => `user ${group}`,
};
const moments: Readonly<Record<string, { readonly type: ColumnType; readonly at: (tick: number) => bigint | number }>> = {
  integers: { type: 'INT', at: (tick) => BigInt(tick) },
  'beyond 2^53': { type: 'INT', at: (tick) => 2n ** 60n + BigInt(tick) },
  fractions: { type: 'FLOAT', at: (tick) => tick / 10 },
};

/**
 * One part of `minRows` to `maxRows` rows: more rows in a group than a byte counts, more values than a byte numbers, ties, nulls.
 * The plan is drawn from a seed, since it is the size that matters and no shrinking makes it readable.
 */
export function largeData(maxRows: number, minRows = 0): fc.Arbitrary<LargeData> {
  return fc
    .record({
      seed: fc.integer(),
      rows: fc.integer({ min: minRows, max: maxRows }),
      groups: fc.constantFrom(1, 3, 40, 400),
      ticks: fc.constantFrom(1, 12, 1000, 1_000_000),
      ids: fc.constantFrom<(keyof typeof groupIds)[]>('integers', '64 bits', 'strings'),
      times: fc.constantFrom(...Object.keys(moments)),
      order: fc.constantFrom(...fileOrders),
      nulls: fc.constantFrom(0, 0.2, 1),
    })
    .map(({ seed, rows, groups, ticks, ids, times, order, nulls }) => {
      const random = fractions(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      const orNull = <T>(value: T): T | null => (random() < nulls ? null : value);
      const { type, at } = moments[times];
      const drawn = Array.from({ length: rows }, () => ({ group: Math.floor(groups * random() ** 3), tick: below(ticks) }));
      const direction = order === 'descending groups' ? -1 : 1;
      if (order !== 'shuffled') drawn.sort((left, right) => direction * (left.group - right.group) || left.tick - right.tick);
      if (order === 'nearly sorted' && rows > 0) drawn.push(...drawn.splice(below(rows), 1));
      const table = drawn.map(({ group, tick }): Row => ({
        user: groupIds[ids](group),
        time: at(tick),
        event: orNull(['a', 'b', 'c', 'd'][below(4)]),
        page: orNull(`page ${below(300)}`),
        price: orNull(below(100_000) / 100),
        size: orNull(BigInt(below(50) - 25)),
        flag: orNull(random() < 0.5),
      }));
      const columns = new Map<string, ColumnType>([
        ['user', ids === 'strings' ? 'STRING' : 'INT'],
        ['time', type],
        ['event', 'STRING'],
        ['page', 'STRING'],
        ['price', 'FLOAT'],
        ['size', 'INT'],
        ['flag', 'BOOL'],
      ]);
      return { dataset: { parts: [table], groupIdColumn: 'user', timestampColumn: 'time', columns }, order };
    });
}

/** Numbers from 0 up to and excluding 1 (mulberry32, T. Ettinger, public domain). */
function fractions(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
