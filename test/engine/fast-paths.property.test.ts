import fc from 'fast-check';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { groupsWithin } from '../../lambda/engine/group-selection';
import { mergePartials } from '../../lambda/engine/merge';
import { buildPart, type Part } from '../../lambda/engine/part';
import { RowMasks } from '../../lambda/engine/row-masks';
import { chainFinder, stepsFound } from '../../lambda/engine/sequence';
import type { Condition, ExpandedQuery, Filter, Sequence } from '../../lambda/query/expanded';
import { answerText } from './answer-text';
import { largeData } from './arbitrary-large';
import { columnsOf } from './columns-of';
import { evaluate } from './reference';
import type { ReferenceDataset } from './reference-dataset';
import { ofOther, perValue, queryOf } from './table';

function partOf(dataset: ReferenceDataset): Part {
  return buildPart(columnsOf(dataset.parts[0], dataset), 'user', 'time');
}

const filter: fc.Arbitrary<Filter> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ column: fc.constant('event'), op: fc.constant('==' as const), value: fc.constantFrom('a', 'b', 'c', 'absent') }) },
  { weight: 1, arbitrary: fc.record({ column: fc.constant('event'), op: fc.constant('!=' as const), value: fc.constantFrom('a', 'b') }) },
  { weight: 1, arbitrary: fc.record({ column: fc.constant('page'), op: fc.constant('contains' as const), value: fc.constantFrom('1', '7', 'page') }) },
  { weight: 1, arbitrary: fc.record({ column: fc.constant('price'), op: fc.constantFrom('>' as const, '<=' as const, '!=' as const), value: fc.constantFrom(10, 500, 999) }) },
  { weight: 1, arbitrary: fc.record({ column: fc.constant('size'), op: fc.constantFrom('>=' as const, '==' as const, '<' as const), value: fc.integer({ min: -26, max: 26 }) }) },
  { weight: 1, arbitrary: fc.record({ column: fc.constant('flag'), op: fc.constantFrom('==' as const, '!=' as const), value: fc.boolean() }) },
);
const event: fc.Arbitrary<Filter> = fc.record({ column: fc.constant('event'), op: fc.constant('==' as const), value: fc.constantFrom('a', 'b', 'c', 'd') });
const filters = fc.array(filter, { minLength: 1, maxLength: 2 });

/** Up to 34 steps: more than a 32-bit integer has bits; on one column, which takes no masks, or on several. */
const sequence: fc.Arbitrary<Sequence> = fc.boolean().chain((isConstrained) =>
  fc.record({
    steps: fc.array(
      fc.record({
        filters: fc.oneof({ weight: 3, arbitrary: fc.tuple(event) }, { weight: 1, arbitrary: filters }),
        exclusionsBefore: isConstrained ? fc.array(filters, { maxLength: 1 }) : fc.constant([]),
        minDuration: isConstrained ? fc.option(fc.constantFrom(1, 5), { freq: 3 }) : fc.constant(null),
        maxDuration: isConstrained ? fc.option(fc.constantFrom(3, 100), { freq: 3 }) : fc.constant(null),
      }),
      { minLength: 1, maxLength: isConstrained ? 4 : 34, size: 'max' },
    ),
    trailingExclusions: isConstrained ? fc.array(filters, { maxLength: 1 }) : fc.constant([]),
    maxDuration: isConstrained ? fc.option(fc.constantFrom(0, 20, 500), { freq: 2 }) : fc.constant(null),
  }),
);

const timeframes = fc.constantFrom({ from: null, to: null }, { from: 3, to: 600 }, { from: null, to: 0 });

test('sequences: all groups in one loop find what the search for chains finds', () => {
  fc.assert(
    fc.property(largeData(900), sequence, timeframes, fc.boolean(), ({ dataset }, sequence, timeframe, skipsSome) => {
      const part = partOf(dataset);
      const groups = groupsWithin(timeframe, part);
      const matching = Uint8Array.from({ length: groups.count }, (_, group) => (skipsSome && group % 3 === 0 ? 0 : 1));
      const masks = new RowMasks(part);
      const finder = chainFinder(sequence, part, masks, null);
      const expected = Array.from(matching, (matches, group) =>
        matches === 1 ? finder.match(groups.starts[group], groups.ends[group], sequence.steps.length) : 0,
      );
      expect(Array.from(stepsFound(sequence, part, groups, matching, masks))).toEqual(expected);
    }),
    { numRuns: 1500 },
  );
});

const condition: fc.Arbitrary<Condition> = fc.record({
  kind: fc.constant('rows' as const),
  filters,
  target: fc.record({ type: fc.constant('count' as const), op: fc.constantFrom('==' as const, '>=' as const, '<' as const, '!=' as const), value: fc.constantFrom(1, 2, 10, 255, 256, 300) }),
  includeZero: fc.constant(false),
});

function both(conditions: readonly Condition[], op: 'and' | 'or'): ExpandedQuery['relation'] {
  const operands = conditions.map((_, condition) => ({ condition }));
  return operands.length === 1 ? operands[0] : { op, operands };
}

test('conditions, however many, and aggregations over groups, values and rows beyond what a byte holds', () => {
  const aggregations = [
    { type: 'count', column: 'page', name: null } as const,
    { type: 'count', column: 'size', name: null } as const,
    perValue('countPerValue', 'page', 400),
    perValue('groupsPerValue', 'page', 400),
    perValue('groupsPerValue', 'flag'),
    perValue('countPerValue', 'size', 100),
    ofOther('sumPerValue', 'event', 'price'),
    ofOther('meanPerValue', 'page', 'price', 400),
    ofOther('sumPerValue', 'flag', 'size'),
  ];
  fc.assert(
    fc.property(largeData(1500), fc.array(condition, { minLength: 1, maxLength: 40, size: 'max' }), fc.constantFrom('and' as const, 'or' as const), timeframes, ({ dataset }, conditions, op, timeframe) => {
      const query = queryOf({ timeframe, conditions, relation: both(conditions, op), aggregations });
      const answer = mergePartials(query, [evaluatePart(query, partOf(dataset))]);
      expect(answerText(answer)).toBe(answerText(evaluate(query, dataset)));
    }),
    { numRuns: 150 },
  );
});

test('a part lies by group and time, whatever order the file has', () => {
  fc.assert(
    fc.property(largeData(800), ({ dataset, order }) => {
      const rows = dataset.parts[0];
      const numbered = { ...dataset, columns: new Map([...dataset.columns, ['row', 'INT' as const]]) };
      const part = buildPart(columnsOf(rows.map((row, index) => ({ ...row, row: BigInt(index) })), numbered), 'user', 'time');
      const places = part.column('row');
      const fileRows = Array.from({ length: part.rowCount }, (_, place) => rows[places.type === 'INT' ? Number(places.values[place]) : -1]);
      expect(new Set(fileRows).size).toBe(rows.length);
      expect(part.groupCount).toBe(new Set(rows.map(({ user }) => user)).size);
      for (let group = 0; group < part.groupCount; group++) {
        const [start, end] = [part.groupStarts[group], part.groupStarts[group + 1]];
        const users = new Set(fileRows.slice(start, end).map(({ user }) => user));
        expect(users.size).toBe(1);
        for (let place = start; place < end; place++) {
          const { time } = fileRows[place];
          expect(Number(part.times[place])).toBe(Number(time));
          if (place > start) expect((time ?? 0) >= (fileRows[place - 1].time ?? 0)).toBe(true);
        }
      }
      if (order === 'sorted') expect(Array.from(fileRows)).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});
