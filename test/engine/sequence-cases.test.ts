import { buildPart } from '../../lambda/engine/part';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { mergePartials } from '../../lambda/engine/merge';
import type { ColumnType, Numeric } from '../../lambda/query/expanded';
import { columnsOf } from './columns-of';
import { sequenceCases, sequenceOf, type SequenceCase } from './sequence-cases';
import { datasetOf, queryOf } from './table';

interface TimeKind {
  readonly name: string;
  readonly type: ColumnType;
  readonly at: (time: Numeric) => Numeric;
}

const timeKinds: readonly TimeKind[] = [
  { name: 'integers', type: 'INT', at: (time) => time },
  { name: 'nanoseconds beyond 2^53', type: 'INT', at: (time) => BigInt(time) + 1_700_000_000_000_000_000n },
  { name: 'unsigned integers beyond 2^63', type: 'INT', at: (time) => BigInt(time) + 2n ** 64n - 100n },
  { name: 'doubles', type: 'FLOAT', at: Number },
];

// Cases whose point is the size of their times are told as they are, among integers.
const isAboutSize = ({ rows }: SequenceCase): boolean => rows.some(([time]) => typeof time === 'bigint');
const cases = timeKinds.flatMap((kind, index) =>
  sequenceCases.filter((each) => index === 0 || !isAboutSize(each)).map((each) => ({ ...each, kind })),
);

test.each(cases)('$kind.name: $rule', ({ kind, rows, reached, ...written }) => {
  const sequence = sequenceOf(written);
  const dataset = datasetOf({ user: 'INT', time: kind.type, event: 'STRING' }, rows.map(([time, event]) => [1, kind.at(time), event]));
  const query = queryOf({ conditions: [{ kind: 'sequence', sequence }] });
  const funnel = queryOf({ funnel: { sequence, stepAggregations: null, endAggregations: null } });
  const part = buildPart(columnsOf(dataset.parts[0], dataset), 'user', 'time');

  const condition = mergePartials(query, [evaluatePart(query, part)]);
  const entries = mergePartials(funnel, [evaluatePart(funnel, part)]);

  expect(condition.query.matchingGroups).toBe(reached === sequence.steps.length ? 1 : 0);
  expect(entries.funnel?.sequence.map((entry) => entry.matchingGroups)).toEqual(sequence.steps.map((_, index) => (index < reached ? 1 : 0)));
});
