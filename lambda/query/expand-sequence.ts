import type { ColumnChecker } from './check-columns';
import type { Filter, Numeric, Sequence, Step } from './expanded';
import type { StepInput } from './input-schema';
import { readFilter } from './notation';
import type { ShorthandFilter, VerboseFilter } from './filter-schema';
import type { Path } from './pointer';

/** What both rows conditions and steps say of a row. */
export type RowFiltersInput = { readonly filter: ShorthandFilter | VerboseFilter } | { readonly filters: readonly VerboseFilter[] };

export function expandRowFilters(input: RowFiltersInput, path: Path, checker: ColumnChecker): Filter[] {
  if ('filter' in input) return [checker.filter(readFilter(input.filter, [...path, 'filter']))];
  return input.filters.map((filter, index) => checker.filter(readFilter(filter, [...path, 'filters', index])));
}

/** A sequence condition or a funnel: its exclusions go to the found step they stand before. */
export function expandSequence(
  { sequence, maxDuration }: { readonly sequence: readonly StepInput[]; readonly maxDuration?: Numeric | undefined },
  path: Path,
  checker: ColumnChecker,
): Sequence {
  const steps: Step[] = [];
  let exclusions: Filter[][] = [];
  sequence.forEach((step, index) => {
    const stepPath = [...path, 'sequence', index];
    const filters = expandRowFilters(step, stepPath, checker);
    if (step.rowFound === false) {
      exclusions.push(filters);
      return;
    }
    steps.push({
      filters,
      exclusionsBefore: exclusions,
      minDuration: checker.time(step.minDuration, [...stepPath, 'minDuration']),
      maxDuration: checker.time(step.maxDuration, [...stepPath, 'maxDuration']),
    });
    exclusions = [];
  });
  return { steps, trailingExclusions: exclusions, maxDuration: checker.time(maxDuration, [...path, 'maxDuration']) };
}
