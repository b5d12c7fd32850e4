import type { ColumnInspection, PartInspection } from '../../lambda/datastore/inspection';
import { refuseDifferentSchemas } from '../../lambda/invoker/compare-schemas';
import { refuseSharedGroups } from '../../lambda/invoker/disjoint-groups';
import { mergeInspections } from '../../lambda/invoker/merge-inspections';
import type { InspectedPart } from '../../lambda/invoker/merge-inspections';

const settings = { categoricalRatio: 0.1, topValuesMaximum: 3, topValuesMinimumShare: 0.01 };

function column(name: string, more: Partial<ColumnInspection> = {}): ColumnInspection {
  return { name, type: 'INT', logical: null, dtypeName: 'int64', sourceCategorical: false, range: null, strings: null, ...more };
}

function strings(name: string, counts: Record<string, number>, more: Partial<ColumnInspection> = {}): ColumnInspection {
  const topValues = Object.entries(counts).map(([value, rows]) => ({ value, rows }));
  return column(name, { type: 'STRING', dtypeName: 'string', strings: { distinct: topValues.length, topValues }, ...more });
}

function part(filename: string, inspection: Partial<PartInspection>): InspectedPart {
  return { filename, inspection: { rows: 100, groups: 10, columns: [], unsupportedColumns: [], minTimestamp: null, maxTimestamp: null, groupIds: null, ...inspection } };
}

describe('Merging what parts showed', () => {
  test('widens ranges and timestamps, exactly beyond 2^53 too, and passes over parts without values', () => {
    const merged = mergeInspections(
      [
        part('a', { columns: [column('x', { range: { min: 5, max: 2n ** 60n } })], minTimestamp: 20, maxTimestamp: 30 }),
        part('b', { columns: [column('x')] }),
        part('c', { columns: [column('x', { range: { min: -(2n ** 60n) - 1n, max: 2n ** 60n + 1n } })], minTimestamp: 10, maxTimestamp: 25 }),
      ],
      settings,
    );

    expect(merged.columns[0].range).toEqual({ min: -(2n ** 60n) - 1n, max: 2n ** 60n + 1n });
    expect(merged.minTimestamp).toBe(10);
    expect(merged.maxTimestamp).toBe(30);
  });

  test('gives no range and no timestamps where there are no rows', () => {
    const merged = mergeInspections([part('a', { rows: 0, columns: [column('x'), strings('s', {})] })], settings);

    expect(merged.columns.map(({ range, categories }) => [range, categories])).toEqual([[null, null], [null, null]]);
    expect(merged.minTimestamp).toBeNull();
  });

  test('counts distinct strings over all parts, and lists the most frequent first, ties by value', () => {
    const merged = mergeInspections(
      [part('a', { columns: [strings('s', { b: 50, a: 10, c: 2 })] }), part('b', { columns: [strings('s', { a: 40, d: 20, e: 1 })] })],
      settings,
    );

    expect(merged.columns[0].categories).toEqual({
      uniqueRatio: 5 / 200,
      topValues: [
        { value: 'a', share: 0.25 },
        { value: 'b', share: 0.25 },
        { value: 'd', share: 0.1 },
      ],
    });
  });

  test('leaves out values below the least share', () => {
    const merged = mergeInspections([part('a', { columns: [strings('s', { common: 99.5, rare: 0.5 })] })], settings);

    expect(merged.columns[0].categories?.topValues.map(({ value }) => value)).toEqual(['common']);
  });

  test('sees no category in a column of many values, though each part lists only some', () => {
    const many = column('s', { type: 'STRING', strings: { distinct: 90, topValues: [{ value: 'x', rows: 2 }] } });
    const merged = mergeInspections(Array.from({ length: 20 }, (_, index) => part(`${index}`, { columns: [many] })), settings);

    expect(merged.columns[0].categories).toBeNull();
  });

  test('keeps the categories of a column that its writer marked, whatever their number', () => {
    const marked = strings('s', Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`v${index}`, 2])), { sourceCategorical: true });
    const merged = mergeInspections([part('a', { columns: [marked] })], settings);

    expect(merged.columns[0]).toMatchObject({ sourceCategorical: true, categories: { uniqueRatio: 0.5 } });
  });

  test('lists unsupported columns once', () => {
    const unsupportedColumns = [{ name: 'tags', reason: 'list<string>' }];
    const merged = mergeInspections([part('a', { unsupportedColumns }), part('b', { unsupportedColumns })], settings);

    expect(merged.unsupportedColumns).toEqual(unsupportedColumns);
  });
});

describe('Comparing the parts’ schemas', () => {
  test('accepts another order of columns and other spellings of one type', () => {
    expect(() =>
      refuseDifferentSchemas([
        part('a', { columns: [column('x'), strings('s', {})] }),
        part('b', { columns: [strings('s', {}), column('x', { dtypeName: 'int32' })] }),
      ]),
    ).not.toThrow();
  });

  test('names a column that one part lacks, and both parts, whichever has it', () => {
    const wide = part('wide.parquet', { columns: [column('x'), column('y')] });
    const narrow = part('narrow.parquet', { columns: [column('x')] });

    expect(() => refuseDifferentSchemas([wide, narrow])).toThrow("The parts differ: 'wide.parquet' has a column 'y' (int64), 'narrow.parquet' does not.");
    expect(() => refuseDifferentSchemas([narrow, narrow, wide])).toThrow("'wide.parquet' has a column 'y' (int64), 'narrow.parquet' does not");
  });

  test('says where a column is unsupported in one part', () => {
    const nested = part('b', { unsupportedColumns: [{ name: 'x', reason: 'list<int64>' }] });

    expect(() => refuseDifferentSchemas([part('a', { columns: [column('x')] }), nested])).toThrow("'b' has it as list<int64>");
  });

  test.each([
    ['type', column('x', { type: 'FLOAT', dtypeName: 'double' })],
    ['logical type', column('x', { logical: 'TIMESTAMP', dtypeName: 'timestamp[ms]' })],
  ])('names a column of another %s, both types and both parts', (_, other) => {
    expect(() => refuseDifferentSchemas([part('a', { columns: [column('x')] }), part('b', { columns: [other] })])).toThrow(
      `The parts differ: column 'x' is INT (int64) in 'a', but ${other.type} (${other.dtypeName}) in 'b'.`,
    );
  });
});

describe('Groups in two parts', () => {
  const withGroups = (filename: string, groupIds: PartInspection['groupIds']) => part(filename, { groupIds });

  test('are found, and named with both parts', () => {
    const parts = [withGroups('a', ['u1', 'u4']), withGroups('b', ['u2', 'u3']), withGroups('c', ['u0', 'u3', 'u5'])];

    expect(() => refuseSharedGroups(parts, 'user')).toThrow("The group user = 'u3' has rows in two parts, 'b' and 'c'");
  });

  test('are told apart above 2^53', () => {
    const big = 2n ** 60n;
    const apart = [withGroups('a', new BigInt64Array([big, big + 2n])), withGroups('b', new BigInt64Array([big + 1n]))];
    const shared = [...apart, withGroups('c', new BigInt64Array([big + 2n]))];

    expect(() => refuseSharedGroups(apart, 'user')).not.toThrow();
    expect(() => refuseSharedGroups(shared, 'user')).toThrow(`user = ${big + 2n} has rows in two parts, 'a' and 'c'`);
  });

  test('are found between a part of small and a part of large integers', () => {
    const parts = [withGroups('a', new Float64Array([1, 7])), withGroups('b', new BigInt64Array([7n, 2n ** 60n]))];

    expect(() => refuseSharedGroups(parts, 'user')).toThrow('user = 7 ');
  });
});
