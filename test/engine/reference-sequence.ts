import type { Numeric, Sequence } from '../../lambda/query/expanded';
import { timeOf, type Row } from './reference-dataset';
import { rowMatches } from './reference-filter';

/** Whether the sequence occurs in the rows of one group: tries every chain of rows there is. */
export function occurs(sequence: Sequence, rows: readonly Row[], timestampColumn: string): boolean {
  const time = (row: Row): Numeric => timeOf(row, timestampColumn);

  const extendable = (chain: readonly Row[]): boolean =>
    chain.length === sequence.steps.length
      ? isWhole(chain)
      : rows.some((row) => mayFollow(chain, row) && extendable([...chain, row]));

  const mayFollow = (chain: readonly Row[], row: Row): boolean => {
    const step = sequence.steps[chain.length];
    if (!rowMatches(row, step.filters)) return false;
    if (chain.length === 0) return true;
    const previous = time(chain[chain.length - 1]);
    if (!(time(row) > previous)) return false;
    const gap = elapsed(previous, time(row));
    if (step.minDuration !== null && !(gap >= step.minDuration)) return false;
    if (step.maxDuration !== null && !(gap <= step.maxDuration)) return false;
    return !rows.some(
      (between) =>
        time(between) > previous &&
        time(between) < time(row) &&
        step.exclusionsBefore.some((filters) => rowMatches(between, filters)),
    );
  };

  const isWhole = (chain: readonly Row[]): boolean => {
    const first = time(chain[0]);
    const last = time(chain[chain.length - 1]);
    const inReach = (moment: Numeric): boolean =>
      sequence.maxDuration === null || elapsed(first, moment) <= sequence.maxDuration;
    if (!inReach(last)) return false;
    return !rows.some(
      (after) =>
        time(after) > last &&
        inReach(time(after)) &&
        sequence.trailingExclusions.some((filters) => rowMatches(after, filters)),
    );
  };

  return extendable([]);
}

/** The sequence up to and including its `foundSteps`-th found step; only the whole of it has the trailing exclusions. */
export function prefixOf(sequence: Sequence, foundSteps: number): Sequence {
  if (foundSteps === sequence.steps.length) return sequence;
  return { ...sequence, steps: sequence.steps.slice(0, foundSteps), trailingExclusions: [] };
}

function elapsed(earlier: Numeric, later: Numeric): Numeric {
  if (typeof earlier === 'bigint' && typeof later === 'bigint') return later - earlier;
  return Number(later) - Number(earlier);
}
