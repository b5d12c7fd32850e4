import { isPlain } from '../query/columns-used';
import type { Numeric, Sequence } from '../query/expanded';
import type { GroupMask } from './conditions';
import { tiedWithin, type GroupRanges } from './group-selection';
import type { Part } from './part';
import { MAX_PLAIN_STEPS, plainSteps } from './plain-sequence';
import type { CodedFilters, RowMasks } from './row-masks';
import { ChainFinder } from './sequence-chains';
import { symbolsOf, type Symbols } from './symbols';

/** Rows that a list of filters holds in. */
export interface FilteredRows {
  /** Per row, −1 or above. */
  readonly codes: Int32Array;
  /** At `code + 1` 1 where all filters hold, else 0. */
  readonly holds: Uint8Array;
}

/** A step's rows and what must hold between them and the rows of the step before. */
export interface StepRows {
  readonly rows: FilteredRows;
  /** Rows of which none may lie strictly between; null: no exclusion. */
  readonly excluded: FilteredRows | null;
  /** Bounds on the time since the previous step's row. */
  readonly minGap: Numeric;
  readonly maxGap: Numeric;
}

/**
 * Per group how many found steps, from the first, occur as a sequence, 0 to the number of steps; 0 for groups left out.
 *
 * First without the sequence's constraints, which is cheap; then only those groups are judged in which a constraint can
 * make a difference, and only as far as they came.
 */
export function stepsFound(sequence: Sequence, part: Part, groups: GroupRanges, matching: GroupMask, masks: RowMasks): Uint8Array {
  const { steps, trailingExclusions } = sequence;
  const symbols = steps.length > MAX_PLAIN_STEPS ? null : symbolsOf(steps.map(({ filters }) => filters), masks);
  const found = symbols && plainSteps(symbols, groups, matching, tiedWithin(groups, part), part.ties().notLater, part.kernelsFor(symbols.codes, symbols.holds[0].length - 1));
  if (found !== null && isPlain(sequence)) return found;
  // A first step alone has no constraint.
  const constrainedFrom = trailingExclusions.length > 0 && steps.length === 1 ? 1 : 2;
  const finder = chainFinder(sequence, part, masks, symbols);
  const result = found ?? new Uint8Array(groups.count);
  for (let group = 0; group < groups.count; group++) {
    if (matching[group] === 0) continue;
    const atMost = found === null ? steps.length : found[group];
    if (found === null || atMost >= constrainedFrom) result[group] = finder.match(groups.starts[group], groups.ends[group], atMost);
  }
  return result;
}

function filteredRows({ codes, holds }: CodedFilters): FilteredRows {
  return { codes: codes.integers, holds };
}

function filteredOrNone(coded: CodedFilters | null): FilteredRows | null {
  return coded && filteredRows(coded);
}

/** The judge of a sequence under all its constraints, group by group. @param symbols of its steps' filters, where there are some */
export function chainFinder({ steps, trailingExclusions, maxDuration }: Sequence, part: Part, masks: RowMasks, symbols: Symbols | null): ChainFinder {
  const stepRows: StepRows[] = steps.map((step, index) => ({
    rows: filteredRows(symbols === null ? masks.coded(step.filters) : { codes: symbols.codes, holds: symbols.holds[index] }),
    excluded: filteredOrNone(masks.any(step.exclusionsBefore)),
    minGap: step.minDuration ?? 0,
    maxGap: step.maxDuration ?? Infinity,
  }));
  return new ChainFinder(stepRows, filteredOrNone(masks.any(trailingExclusions)), maxDuration ?? Infinity, part.times);
}
