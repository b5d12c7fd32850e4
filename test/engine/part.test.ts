import fc from 'fast-check';
import { Codes } from '../../lambda/engine/codes';
import type { Column } from '../../lambda/engine/columns';
import { GroupIdError, TimestampError } from '../../lambda/engine/errors';
import { buildPart } from '../../lambda/engine/part';

const integers = (values: number[]): Column => ({ type: 'INT', values: Float64Array.from(values), nulls: null });
const columns = (entries: Record<string, Column>): ReadonlyMap<string, Column> => new Map(Object.entries(entries));

describe('building a part', () => {
  it('puts the rows of a group side by side and in time order, whatever order the file has', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 50 })), { maxLength: 300 }), (rows) => {
        const part = buildPart(
          columns({
            user: integers(rows.map(([user]) => user)),
            time: integers(rows.map(([, time]) => time)),
            row: integers(rows.map((_, row) => row)),
          }),
          'user',
          'time',
        );
        const file = part.column('row');
        const rowOf = (index: number): number => Number(file.type === 'INT' ? file.values[index] : NaN);
        expect(part.groupCount).toBe(new Set(rows.map(([user]) => user)).size);
        for (let group = 0; group < part.groupCount; group++) {
          const inGroup = Array.from({ length: part.groupStarts[group + 1] - part.groupStarts[group] }, (_, index) => rowOf(part.groupStarts[group] + index));
          expect(new Set(inGroup.map((row) => rows[row][0])).size).toBe(1);
          const times = inGroup.map((row) => rows[row][1]);
          expect(times).toEqual([...times].sort((left, right) => left - right));
        }
        const all = Array.from({ length: part.rowCount }, (_, index) => rowOf(index));
        expect(all.sort((left, right) => left - right)).toEqual(rows.map((_, row) => row));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps groups apart whose 64-bit IDs are one and the same double', () => {
    const ids = BigInt64Array.of(9007199254740993n, 9007199254740992n, 9007199254740993n, -9007199254740993n);
    const part = buildPart(columns({ user: { type: 'INT', values: ids, nulls: null }, time: integers([1, 2, 3, 4]) }), 'user', 'time');
    expect(part.groupCount).toBe(3);
  });

  it('numbers as many distinct values as a part can have', () => {
    const ids = Float64Array.from({ length: 100_000 }, (_, row) => (row % 50_000) * 4096 - 7);
    const part = buildPart(columns({ user: { type: 'INT', values: ids, nulls: null }, time: integers(Array.from(ids, () => 0)) }), 'user', 'time');
    expect(part.groupCount).toBe(50_000);
    expect(part.valueCodes('user').size).toBe(50_000);
  });

  it('takes a part without rows', () => {
    const part = buildPart(columns({ user: integers([]), time: integers([]) }), 'user', 'time');
    expect([part.rowCount, part.groupCount]).toEqual([0, 0]);
  });

  const nullable: Column = { type: 'INT', values: Float64Array.of(1, 0), nulls: Uint8Array.of(0, 1) };
  const texts: Column = { type: 'STRING', codes: Codes.ofIntegers(Int32Array.of(0, -1)), dictionary: ['a'] };
  const floats: Column = { type: 'FLOAT', values: Float64Array.of(1, NaN) };
  it.each([
    ['null integer group IDs', nullable, integers([1, 2]), GroupIdError],
    ['null string group IDs', texts, integers([1, 2]), GroupIdError],
    ['float group IDs', floats, integers([1, 2]), GroupIdError],
    ['null integer timestamps', integers([1, 2]), nullable, TimestampError],
    ['null float timestamps', integers([1, 2]), floats, TimestampError],
    ['string timestamps', integers([1, 2]), texts, TimestampError],
  ])('refuses %s by name', (_, user, time, error) => {
    expect(() => buildPart(columns({ user, time }), 'user', 'time')).toThrow(error);
    expect(() => buildPart(columns({ user, time }), 'user', 'time')).toThrow(error === GroupIdError ? /'user'/ : /'time'/);
  });
});
