import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { evaluatePart } from '../../lambda/engine/evaluate';
import { mergePartials } from '../../lambda/engine/merge';
import { aggregationScenario, anyScenario, sequenceScenario, type Scenario } from './arbitraries';
import { answerText } from './answer-text';
import { engineAnswer, neededColumns, partialOf, partOf } from './engine-answer';
import { evaluate } from './reference';
import type { PartialResult } from '../../lambda/engine/partial';
import type { Row } from './reference-dataset';

function expectSameAnswer(actual: unknown, expected: unknown): void {
  // Texts, since Jest cannot carry a bigint from its workers, and compares maps without their order.
  expect(answerText(actual)).toBe(answerText(expected));
}

function expectReferenceAnswer(scenario: Scenario): void {
  expectSameAnswer(engineAnswer(scenario), evaluate(scenario.query, scenario.dataset));
}

function holdsFor(scenarios: fc.Arbitrary<Scenario>, numRuns: number, property: (scenario: Scenario) => void): void {
  fc.assert(fc.property(scenarios, property), { numRuns });
}

describe('the engine answers as the reference does', () => {
  test('for any query', () => holdsFor(anyScenario, 2500, expectReferenceAnswer));
  test('for sequences and funnels', () => holdsFor(sequenceScenario, 5000, expectReferenceAnswer));
  test('for aggregations and sums', () => holdsFor(aggregationScenario, 2500, expectReferenceAnswer));
});

describe('partial results merge exactly', () => {
  test('in any order of parts', () => {
    const permuted = fc.tuple(anyScenario, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }));
    fc.assert(
      fc.property(permuted, ([scenario, order]) => {
        const { parts } = scenario.dataset;
        const reordered = order.filter((index) => index < parts.length).map((index) => parts[index]);
        expectSameAnswer(engineAnswer(scenario, reordered), engineAnswer(scenario));
      }),
      { numRuns: 1000 },
    );
  });

  test('however the groups are spread over parts: all in one, or each in its own', () =>
    holdsFor(aggregationScenario, 1000, (scenario) => {
      const { parts, groupIdColumn } = scenario.dataset;
      const rows = parts.flat();
      const groups = new Map<Row[string], Row[]>();
      for (const row of rows) groups.set(row[groupIdColumn], [...(groups.get(row[groupIdColumn]) ?? []), row]);
      const expected = engineAnswer(scenario);
      expectSameAnswer(engineAnswer(scenario, [rows]), expected);
      expectSameAnswer(engineAnswer(scenario, [...groups.values(), []]), expected);
    }));

  test('whatever the order of rows in a part', () =>
    holdsFor(anyScenario, 1000, (scenario) => {
      const reversed = scenario.dataset.parts.map((rows) => [...rows].reverse());
      expectSameAnswer(engineAnswer(scenario, reversed), engineAnswer(scenario));
    }));

  test('after they were serialized between threads or machines', () =>
    holdsFor(anyScenario, 500, (scenario) => {
      const partials = scenario.dataset.parts.map((rows) => partialOf(rows, scenario));
      const received = partials.map((partial) => deserialize(serialize(partial)) as PartialResult);
      expectSameAnswer(mergePartials(scenario.query, received), mergePartials(scenario.query, partials));
    }));
});

describe('a part', () => {
  test('may lack the columns that the query does not name', () =>
    holdsFor(anyScenario, 500, (scenario) => {
      const parts = scenario.dataset.parts.map((rows) => partOf(rows, scenario, neededColumns(scenario)));
      const answer = mergePartials(scenario.query, parts.map((part) => evaluatePart(scenario.query, part)));
      expectSameAnswer(answer, engineAnswer(scenario));
    }));

  test('answers a query the same after it has answered another', () =>
    holdsFor(anyScenario, 1000, (scenario) => {
      const { query, otherQuery, dataset } = scenario;
      for (const rows of dataset.parts) {
        const part = partOf(rows, scenario);
        const first = mergePartials(query, [evaluatePart(query, part)]);
        evaluatePart(otherQuery, part);
        expectSameAnswer(mergePartials(query, [evaluatePart(query, part)]), first);
        expectSameAnswer(mergePartials(otherQuery, [evaluatePart(otherQuery, part)]), engineAnswer({ ...scenario, query: otherQuery }, [rows]));
      }
    }));
});

test('no part at all is an empty dataset', () =>
  holdsFor(anyScenario, 300, ({ query, dataset }) => {
    expectSameAnswer(mergePartials(query, []), evaluate(query, { ...dataset, parts: [] }));
  }));

test('a part says how much of it lay within the timeframe', () =>
  holdsFor(anyScenario, 500, (scenario) => {
    const everything = { ...scenario.query, conditions: [], relation: null, aggregations: null, funnel: null };
    const { matchingGroups, matchingGroupRows } = evaluate(everything, scenario.dataset).query;
    const partials = scenario.dataset.parts.map((rows) => partialOf(rows, scenario));
    const total = (count: (partial: PartialResult) => number): number => partials.reduce((sum, partial) => sum + count(partial), 0);
    expect(total((partial) => partial.scannedGroups)).toBe(matchingGroups);
    expect(total((partial) => partial.scannedRows)).toBe(matchingGroupRows);
  }));
