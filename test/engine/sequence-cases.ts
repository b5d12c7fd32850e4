import type { Filter, Numeric, Sequence } from '../../lambda/query/expanded';

/** A found step: rows whose event is this letter, and what must hold between it and the step before. */
interface CaseStep {
  readonly event: string;
  readonly min?: Numeric;
  readonly max?: Numeric;
  /** One exclusion step per letter. */
  readonly without?: readonly string[];
}

/** The rows of one group, a sequence, and how far a person finds the group to get. */
export interface SequenceCase {
  /** In words, which rule of the specification decides. */
  readonly rule: string;
  /** In any order; a null letter is a row with no event. */
  readonly rows: readonly (readonly [time: Numeric, event: string | null])[];
  readonly steps: readonly CaseStep[];
  readonly trailing?: readonly string[];
  readonly maxDuration?: Numeric;
  /** The number of leading funnel entries that count the group. The sequence occurs where that is all of them. */
  readonly reached: number;
}

/** The case's sequence over the string column `event`. */
export function sequenceOf({ steps, trailing, maxDuration }: Omit<SequenceCase, 'rule' | 'rows' | 'reached'>): Sequence {
  return {
    steps: steps.map(({ event, min, max, without }) => ({
      filters: eventIs(event),
      exclusionsBefore: (without ?? []).map(eventIs),
      minDuration: min ?? null,
      maxDuration: max ?? null,
    })),
    trailingExclusions: (trailing ?? []).map(eventIs),
    maxDuration: maxDuration ?? null,
  };
}

function eventIs(event: string): Filter[] {
  return [{ column: 'event', op: '==', value: event }];
}

const a = { event: 'a' };
const b = { event: 'b' };
const c = { event: 'c' };

const order: readonly SequenceCase[] = [
  { rule: 'one step occurs where a row matches', rows: [[1, 'a']], steps: [a], reached: 1 },
  { rule: 'one step does not occur where no row matches', rows: [[1, 'b'], [2, null]], steps: [a], reached: 0 },
  { rule: 'steps in the order of time', rows: [[1, 'a'], [2, 'b']], steps: [a, b], reached: 2 },
  { rule: 'the order of rows in the part does not matter', rows: [[2, 'b'], [1, 'a']], steps: [a, b], reached: 2 },
  { rule: 'a later first step does not make a chain', rows: [[1, 'b'], [2, 'a']], steps: [a, b], reached: 1 },
  { rule: 'equal timestamps are not later', rows: [[1, 'a'], [1, 'b']], steps: [a, b], reached: 1 },
  { rule: 'equal timestamps are not later, in either order of rows', rows: [[1, 'b'], [1, 'a']], steps: [a, b], reached: 1 },
  { rule: 'a tie is passed by where a later row follows', rows: [[1, 'a'], [1, 'b'], [2, 'b']], steps: [a, b], reached: 2 },
  { rule: 'one row cannot be two steps', rows: [[1, 'a']], steps: [a, a], reached: 1 },
  { rule: 'two rows of one time cannot be two steps', rows: [[1, 'a'], [1, 'a']], steps: [a, a], reached: 1 },
  { rule: 'rows of other events may lie in between', rows: [[1, 'a'], [2, 'c'], [3, null], [4, 'b']], steps: [a, b], reached: 2 },
  { rule: 'the second step missing, the third counts for nothing', rows: [[1, 'a'], [3, 'c']], steps: [a, b, c], reached: 1 },
  { rule: 'three steps over interleaved rows', rows: [[1, 'c'], [2, 'a'], [3, 'c'], [4, 'b'], [5, 'a'], [6, 'c']], steps: [a, b, c], reached: 3 },
  { rule: 'three steps of which two share a time', rows: [[1, 'a'], [2, 'b'], [2, 'c']], steps: [a, b, c], reached: 2 },
];

const gaps: readonly SequenceCase[] = [
  { rule: 'maxDuration of a step includes its bound', rows: [[1, 'a'], [4, 'b']], steps: [a, { ...b, max: 3 }], reached: 2 },
  { rule: 'maxDuration of a step excludes what is beyond', rows: [[1, 'a'], [5, 'b']], steps: [a, { ...b, max: 3 }], reached: 1 },
  { rule: 'minDuration of a step includes its bound', rows: [[1, 'a'], [4, 'b']], steps: [a, { ...b, min: 3 }], reached: 2 },
  { rule: 'minDuration of a step excludes what is nearer', rows: [[1, 'a'], [3, 'b']], steps: [a, { ...b, min: 3 }], reached: 1 },
  { rule: 'minDuration 0 still wants a strictly later row', rows: [[1, 'a'], [1, 'b']], steps: [a, { ...b, min: 0 }], reached: 1 },
  { rule: 'maxDuration 0 can never hold after a strictly later row', rows: [[1, 'a'], [1, 'b'], [2, 'b']], steps: [a, { ...b, max: 0 }], reached: 1 },
  { rule: 'a later first row brings the second within reach', rows: [[1, 'a'], [4, 'a'], [6, 'b']], steps: [a, { ...b, max: 3 }], reached: 2 },
  { rule: 'an earlier first row keeps the distance', rows: [[1, 'a'], [4, 'a'], [6, 'b']], steps: [a, { ...b, min: 4 }], reached: 2 },
  { rule: 'a later second row keeps the distance', rows: [[1, 'a'], [2, 'b'], [6, 'b']], steps: [a, { ...b, min: 4 }], reached: 2 },
  {
    rule: 'a gap counts from the previous step, not from the first',
    rows: [[1, 'a'], [4, 'b'], [7, 'c']], steps: [a, { ...b, max: 3 }, { ...c, max: 3 }], reached: 3,
  },
  {
    rule: 'the earliest second row is a dead end, a later one is not',
    rows: [[1, 'a'], [2, 'b'], [4, 'b'], [7, 'c']], steps: [a, b, { ...c, max: 3 }], reached: 3,
  },
  {
    rule: 'the latest second row is a dead end, an earlier one is not',
    rows: [[1, 'a'], [2, 'b'], [6, 'b'], [7, 'c']], steps: [a, b, { ...c, min: 3 }], reached: 3,
  },
  {
    rule: 'only the second row in the middle fits both gaps',
    rows: [[1, 'a'], [2, 'b'], [4, 'b'], [6, 'b'], [8, 'c']], steps: [a, { ...b, min: 3 }, { ...c, min: 4 }], reached: 3,
  },
  {
    rule: 'no second row fits both gaps, though each gap can be met alone',
    rows: [[1, 'a'], [3, 'b'], [6, 'b'], [8, 'c']], steps: [a, { ...b, max: 3 }, { ...c, max: 3 }], reached: 2,
  },
  {
    rule: 'differences of nanoseconds beyond 2^53 are exact',
    rows: [[1700000000000000001n, 'a'], [1700000000000000004n, 'b']], steps: [a, { ...b, min: 3, max: 3 }], reached: 2,
  },
  {
    rule: 'a nanosecond beyond the bound is beyond it, beyond 2^53 too',
    rows: [[1700000000000000001n, 'a'], [1700000000000000005n, 'b']], steps: [a, { ...b, max: 3 }], reached: 1,
  },
  {
    rule: 'times may lie further apart than 2^63',
    rows: [[-(2n ** 63n), 'a'], [2n ** 63n - 1n, 'b']], steps: [a, { ...b, min: 2n ** 64n - 1n }], reached: 2,
  },
];

const wholeDuration: readonly SequenceCase[] = [
  { rule: 'maxDuration of the sequence includes its bound', rows: [[1, 'a'], [3, 'b'], [5, 'c']], steps: [a, b, c], maxDuration: 4, reached: 3 },
  { rule: 'maxDuration of the sequence counts last minus first', rows: [[1, 'a'], [3, 'b'], [6, 'c']], steps: [a, b, c], maxDuration: 4, reached: 2 },
  { rule: 'a second attempt starts later and is short enough', rows: [[1, 'a'], [2, 'b'], [8, 'a'], [9, 'b'], [10, 'c']], steps: [a, b, c], maxDuration: 4, reached: 3 },
  { rule: 'a first and a last step of two attempts do not add up', rows: [[1, 'a'], [2, 'b'], [8, 'b'], [9, 'c']], steps: [a, b, c], maxDuration: 4, reached: 2 },
  { rule: 'one step takes no time', rows: [[7, 'a']], steps: [a], maxDuration: 0, reached: 1 },
  { rule: 'maxDuration 0 leaves no room for two steps', rows: [[7, 'a'], [8, 'b']], steps: [a, b], maxDuration: 0, reached: 1 },
  {
    rule: 'the first row that fits the gap makes the whole too long, no other does',
    rows: [[1, 'a'], [4, 'a'], [6, 'b'], [9, 'c']], steps: [a, { ...b, min: 5 }, c], maxDuration: 7, reached: 2,
  },
];

const exclusions: readonly SequenceCase[] = [
  { rule: 'a row strictly between breaks the chain', rows: [[1, 'a'], [2, 'x'], [3, 'b']], steps: [a, { ...b, without: ['x'] }], reached: 1 },
  { rule: 'a row before the first step does not', rows: [[0, 'x'], [1, 'a'], [3, 'b']], steps: [a, { ...b, without: ['x'] }], reached: 2 },
  { rule: 'a row after the second step does not', rows: [[1, 'a'], [3, 'b'], [4, 'x']], steps: [a, { ...b, without: ['x'] }], reached: 2 },
  { rule: 'a row at the time of the first step does not', rows: [[1, 'a'], [1, 'x'], [3, 'b']], steps: [a, { ...b, without: ['x'] }], reached: 2 },
  { rule: 'a row at the time of the second step does not', rows: [[1, 'a'], [3, 'x'], [3, 'b']], steps: [a, { ...b, without: ['x'] }], reached: 2 },
  { rule: 'a later first step gets around it', rows: [[1, 'a'], [2, 'x'], [3, 'a'], [4, 'b']], steps: [a, { ...b, without: ['x'] }], reached: 2 },
  { rule: 'an earlier second step gets around it', rows: [[1, 'a'], [2, 'b'], [3, 'x'], [4, 'b']], steps: [a, { ...b, without: ['x'] }], reached: 2 },
  { rule: 'any of several exclusions breaks the chain', rows: [[1, 'a'], [2, 'y'], [3, 'b']], steps: [a, { ...b, without: ['x', 'y'] }], reached: 1 },
  { rule: 'it holds only between its own two steps', rows: [[1, 'a'], [2, 'b'], [3, 'x'], [4, 'c']], steps: [a, { ...b, without: ['x'] }, c], reached: 3 },
  { rule: 'a prefix occurs though the exclusion after it breaks the rest', rows: [[1, 'a'], [2, 'b'], [3, 'x'], [4, 'c']], steps: [a, b, { ...c, without: ['x'] }], reached: 2 },
  { rule: 'excluding the step itself: consecutive matches only', rows: [[1, 'a'], [2, 'b'], [4, 'b']], steps: [a, { ...b, min: 2, without: ['b'] }], reached: 1 },
  { rule: 'excluding the first step: the last match before the next', rows: [[1, 'a'], [4, 'a'], [5, 'b']], steps: [a, { ...b, min: 2, without: ['a'] }], reached: 1 },
  {
    rule: 'the exclusion allows only the late first row, the gap only the early one',
    rows: [[1, 'a'], [2, 'x'], [3, 'a'], [4, 'b']], steps: [a, { ...b, min: 2, without: ['x'] }], reached: 1,
  },
  {
    rule: 'the dead end of one second row is left for another',
    rows: [[1, 'a'], [2, 'b'], [3, 'x'], [4, 'b'], [5, 'c']], steps: [a, b, { ...c, without: ['x'] }], reached: 3,
  },
  { rule: 'a null event matches no exclusion of equality', rows: [[1, 'a'], [2, null], [3, 'b']], steps: [a, { ...b, without: ['x'] }], reached: 2 },
];

const trailingExclusions: readonly SequenceCase[] = [
  { rule: 'a row later than the last step breaks the chain', rows: [[1, 'a'], [2, 'b'], [9, 'x']], steps: [a, b], trailing: ['x'], reached: 1 },
  { rule: 'an earlier row does not', rows: [[1, 'a'], [2, 'x'], [3, 'b']], steps: [a, b], trailing: ['x'], reached: 2 },
  { rule: 'a row at the time of the last step is not later', rows: [[1, 'a'], [3, 'b'], [3, 'x']], steps: [a, b], trailing: ['x'], reached: 2 },
  { rule: 'a later last step gets behind it', rows: [[1, 'a'], [2, 'b'], [3, 'x'], [4, 'b']], steps: [a, b], trailing: ['x'], reached: 2 },
  { rule: 'any of several breaks the chain', rows: [[1, 'a'], [2, 'y']], steps: [a], trailing: ['x', 'y'], reached: 0 },
  { rule: 'excluding the step itself: its last match is the one', rows: [[1, 'a'], [5, 'a']], steps: [a], trailing: ['a'], reached: 1 },
  { rule: 'within maxDuration of the first row, its bound included', rows: [[1, 'a'], [2, 'b'], [5, 'x']], steps: [a, b], trailing: ['x'], maxDuration: 4, reached: 1 },
  { rule: 'beyond maxDuration of the first row it does not matter', rows: [[1, 'a'], [2, 'b'], [6, 'x']], steps: [a, b], trailing: ['x'], maxDuration: 4, reached: 2 },
  { rule: 'an earlier start wins: the exclusion lies beyond its reach', rows: [[1, 'a'], [3, 'a'], [4, 'b'], [6, 'x']], steps: [a, b], trailing: ['x'], maxDuration: 4, reached: 2 },
  { rule: 'only the later start is near enough to the last row, and it sees the exclusion', rows: [[1, 'a'], [3, 'a'], [6, 'b'], [7, 'x']], steps: [a, b], trailing: ['x'], maxDuration: 4, reached: 1 },
  { rule: 'with no later last step the one before the exclusion decides', rows: [[1, 'b'], [2, 'a'], [3, 'b'], [4, 'x']], steps: [a, b], trailing: ['x'], reached: 1 },
  { rule: 'a whole second attempt after the exclusion', rows: [[1, 'a'], [2, 'b'], [3, 'x'], [5, 'a'], [6, 'b']], steps: [a, b], trailing: ['x'], maxDuration: 3, reached: 2 },
  { rule: 'it applies to the last entry of a funnel only', rows: [[1, 'a'], [2, 'x'], [3, 'b'], [4, 'x']], steps: [a, b, c], trailing: ['x'], reached: 2 },
  {
    rule: 'the latest last step is too far from the start that the gap needs',
    rows: [[1, 'a'], [3, 'b'], [4, 'x'], [6, 'b']], steps: [a, { ...b, max: 3 }], trailing: ['x'], reached: 1,
  },
];

/** Hand-computed cases of every rule of the specification's section on sequences. */
export const sequenceCases: readonly SequenceCase[] = [...order, ...gaps, ...wholeDuration, ...exclusions, ...trailingExclusions];
