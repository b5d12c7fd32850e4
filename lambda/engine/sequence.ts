import type { Numeric, Sequence } from '../query/expanded';
import { ChainFinder } from './sequence-chains';
import type { Times } from './part';
import type { RowMask, RowMasks } from './row-masks';

/**
 * Judges one group, whose rows from `start` up to and excluding `end` are in time order: returns how many found steps,
 * from the first, occur as a sequence, 0 to the number of steps.
 */
export type SequenceMatcher = (start: number, end: number) => number;

/** A step's rows and what must hold between them and the rows of the step before. */
export interface StepRows {
  readonly rows: RowMask;
  /** Rows of which none may lie strictly between; null: no exclusion. */
  readonly excluded: RowMask | null;
  /** Bounds on the time since the previous step's row. */
  readonly minGap: Numeric;
  readonly maxGap: Numeric;
}

/** Makes the judge of a sequence over one part: the cheapest that its constraints allow. */
export function sequenceMatcher(sequence: Sequence, times: Times, masks: RowMasks): SequenceMatcher {
  const steps: StepRows[] = sequence.steps.map((step) => ({
    rows: masks.all(step.filters),
    excluded: masks.any(step.exclusionsBefore),
    minGap: step.minDuration ?? 0,
    maxGap: step.maxDuration ?? Infinity,
  }));
  const trailing = masks.any(sequence.trailingExclusions);
  const isPlain = sequence.maxDuration === null && trailing === null && steps.every((step) => step.excluded === null && step.minGap <= 0 && step.maxGap === Infinity);
  if (isPlain) return plainMatcher(steps.map((step) => step.rows), times);

  const finder = new ChainFinder(steps, trailing, sequence.maxDuration ?? Infinity, times);
  return (start, end) => finder.match(start, end);
}

/** Without constraints the earliest row for each step is the best choice: one walk over the group. */
function plainMatcher(steps: readonly RowMask[], times: Times): SequenceMatcher {
  return (start, end) => {
    let found = 0;
    let rows = steps[0];
    let previous = -1;
    for (let row = start; row < end; row++) {
      if (rows[row] === 1 && (previous === -1 || times[row] > times[previous])) {
        found += 1;
        if (found === steps.length) return found;
        rows = steps[found];
        previous = row;
      }
    }
    return found;
  };
}
