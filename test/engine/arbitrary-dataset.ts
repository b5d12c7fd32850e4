import fc from 'fast-check';
import { events, groupsPerPart, partCount, pick, texts, type Pools } from './arbitrary-pools';
import type { Cell, ReferenceDataset, Row } from './reference-dataset';

/** A row as indexes into the pools; null where the cell is null. */
export interface RowPlan {
  readonly group: number;
  readonly time: number;
  readonly event: number;
  readonly text: number;
  readonly int: number | null;
  readonly float: number | null;
  readonly bool: boolean | null;
}

export const lastMoment = 12;

const index = fc.nat({ max: 11 });
const nullableIndex = fc.option(index, { freq: 6 });

/**
 * Parts of up to `maxRows` rows of up to `maxGroups` groups each.
 * @param dull whether the columns that sequences do not look at may stay the same in every row.
 */
export function partPlans(maxRows: number, maxGroups: number, dull: boolean): fc.Arbitrary<RowPlan[][]> {
  const other = <T>(value: T, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> => (dull ? fc.constant(value) : arbitrary);
  const row = fc.record({
    group: fc.nat({ max: maxGroups - 1 }),
    time: fc.nat({ max: lastMoment }),
    event: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 2 }) }, { weight: 1, arbitrary: fc.constantFrom(3, events.length - 1) }),
    text: other(0, index),
    int: other<number | null>(0, nullableIndex),
    float: other<number | null>(0, nullableIndex),
    bool: other<boolean | null>(false, fc.option(fc.boolean(), { freq: 4 })),
  });
  const rows = fc.oneof(
    // Any counterexample may shrink to few rows, though most parts start with many.
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.array(row, { maxLength: maxRows, size: 'max' }) },
    { weight: 5, arbitrary: fc.array(row, { minLength: Math.floor(maxRows / 2), maxLength: maxRows, size: 'max' }) },
  );
  return fc.array(rows, { minLength: 1, maxLength: partCount, size: 'max' });
}

/** The dataset that the plans draw from the pools. Groups are `user`, times `time`, the rest is named after its type. */
export function datasetFrom(plans: readonly (readonly RowPlan[])[], pools: Pools): ReferenceDataset {
  return {
    parts: plans.map((rows, part) => rows.map((row) => rowFrom(row, part, pools))),
    groupIdColumn: 'user',
    timestampColumn: 'time',
    columns: new Map([
      ['event', 'STRING'],
      ['time', pools.times.type],
      ['user', typeof pools.groupIds[0] === 'string' ? 'STRING' : 'INT'],
      ['constructor', 'STRING'],
      ['int', 'INT'],
      ['float', 'FLOAT'],
      ['bool', 'BOOL'],
    ]),
  };
}

function rowFrom(plan: RowPlan, part: number, { groupIds, times, ints, floats }: Pools): Row {
  const cells: [string, Cell][] = [
    ['event', events[plan.event]],
    ['time', times.moment(plan.time)],
    ['user', groupIds[part * groupsPerPart + plan.group]],
    ['constructor', pick(texts, plan.text)],
    ['int', plan.int === null ? null : pick(ints, plan.int)],
    // A float's null is NaN in the file, or a null: both are null.
    ['float', plan.float === null ? (plan.group % 2 === 0 ? null : NaN) : pick(floats, plan.float)],
    ['bool', plan.bool],
  ];
  return Object.fromEntries(cells);
}
