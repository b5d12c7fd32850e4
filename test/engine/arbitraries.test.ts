import fc from 'fast-check';
import { aggregationScenario, anyScenario, sequenceScenario, type Scenario } from './arbitraries';
import { numberIn, type Cell, type Row } from './reference-dataset';
import { roundedSum } from './rational-sum';
import { evaluate } from './reference';
import { occurs } from './reference-sequence';
import type { Sequence } from '../../lambda/query/expanded';

// A fixed seed: these tests judge the generators, which must not rot into scenarios that any engine would pass.
const samples = (scenarios: fc.Arbitrary<Scenario>): Scenario[] => fc.sample(scenarios, { numRuns: 1000, seed: 42 });

function groupsOf({ dataset }: Scenario): Row[][] {
  const groups = new Map<Cell, Row[]>();
  for (const row of dataset.parts.flat()) groups.set(row[dataset.groupIdColumn], [...(groups.get(row[dataset.groupIdColumn]) ?? []), row]);
  return [...groups.values()];
}

function sequencesOf({ query }: Scenario): Sequence[] {
  const inConditions = query.conditions.flatMap((condition) => (condition.kind === 'sequence' ? [condition.sequence] : []));
  return query.funnel === null ? inConditions : [...inConditions, query.funnel.sequence];
}

const withoutConstraint: Readonly<Record<string, (sequence: Sequence) => Sequence>> = {
  'maxDuration of the sequence': (sequence) => ({ ...sequence, maxDuration: null }),
  'trailing exclusions': (sequence) => ({ ...sequence, trailingExclusions: [] }),
  'exclusions between steps': (sequence) => ({ ...sequence, steps: sequence.steps.map((step) => ({ ...step, exclusionsBefore: [] })) }),
  'minDuration of steps': (sequence) => ({ ...sequence, steps: sequence.steps.map((step) => ({ ...step, minDuration: null })) }),
  'maxDuration of steps': (sequence) => ({ ...sequence, steps: sequence.steps.map((step) => ({ ...step, maxDuration: null })) }),
};

describe('sequences in random scenarios', () => {
  const attempts = samples(sequenceScenario).flatMap((scenario) =>
    sequencesOf(scenario).flatMap((sequence) => groupsOf(scenario).map((rows) => ({ sequence, rows, found: occurs(sequence, rows, 'time') }))),
  );

  test('between 25 and 75 of 100 groups match', () => {
    const share = attempts.filter(({ found }) => found).length / attempts.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
  });

  test.each(Object.keys(withoutConstraint))('%s: in at least one of 200 groups it is what decides', (constraint) => {
    const decided = attempts.filter(({ sequence, rows, found }) => !found && occurs(withoutConstraint[constraint](sequence), rows, 'time'));
    expect(decided.length / attempts.length).toBeGreaterThan(1 / 200);
  });
});

test('the conditions of random scenarios are met by some groups and not by others', () => {
  const scenarios = [...samples(anyScenario), ...samples(aggregationScenario)].filter(({ query }) => query.conditions.length > 0);
  const shares = scenarios.map((scenario) => evaluate(scenario.query, scenario.dataset).query.matchingGroups / groupsOf(scenario).length);
  expect(shares.filter((share) => share > 0).length / shares.length).toBeGreaterThan(0.4);
  expect(shares.filter((share) => share < 1).length / shares.length).toBeGreaterThan(0.4);
});

test('in at least one of ten scenarios, adding doubles in their order gives a wrong sum', () => {
  const wrong = samples(aggregationScenario).filter(({ dataset }) => {
    const numbers = dataset.parts.flat().map((row) => numberIn(row, 'float')).filter((value) => typeof value === 'number');
    return numbers.reduce((sum, value) => sum + value, 0) !== roundedSum(numbers);
  });
  expect(wrong.length).toBeGreaterThan(100);
});

test('groups never lie in two parts', () => {
  for (const { dataset } of samples(anyScenario)) {
    const idsOfParts = dataset.parts.map((rows) => [...new Set(rows.map((row) => row[dataset.groupIdColumn]))]);
    expect(new Set(idsOfParts.flat()).size).toBe(idsOfParts.flat().length);
  }
});
