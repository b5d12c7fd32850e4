import fc from 'fast-check';
import { anyFilter, eventFilter, filtersFrom, type FilterPlan } from './arbitrary-filters';
import type { Pools } from './arbitrary-pools';
import type { Sequence } from '../../lambda/query/expanded';

interface StepPlan {
  readonly filters: readonly FilterPlan[];
  /** Left out of the first step, like its durations. */
  readonly exclusionsBefore: readonly (readonly FilterPlan[])[];
  /** Durations in units of time. */
  readonly minDuration: number | null;
  readonly maxDuration: number | null;
}

export interface SequencePlan {
  readonly steps: readonly StepPlan[];
  readonly trailingExclusions: readonly (readonly FilterPlan[])[];
  readonly maxDuration: number | null;
}

const stepFilters: fc.Arbitrary<FilterPlan[]> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(eventFilter) },
  { weight: 1, arbitrary: fc.array(fc.oneof(eventFilter, anyFilter), { minLength: 1, maxLength: 2 }) },
);

const someExclusions: fc.Arbitrary<FilterPlan[][]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<FilterPlan[][]>([]) },
  { weight: 2, arbitrary: fc.array(stepFilters, { minLength: 1, maxLength: 2 }) },
);

const step: fc.Arbitrary<StepPlan> = fc.record({
  filters: stepFilters,
  exclusionsBefore: someExclusions,
  minDuration: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat({ max: 5 }) }),
  maxDuration: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat({ max: 8 }) }),
});

/** One to four steps with gaps, exclusions and a duration of the whole in all combinations. */
export const sequencePlan: fc.Arbitrary<SequencePlan> = fc.record({
  steps: fc.oneof(
    { weight: 1, arbitrary: fc.array(step, { minLength: 1, maxLength: 1 }) },
    { weight: 4, arbitrary: fc.array(step, { minLength: 2, maxLength: 3, size: 'max' }) },
    { weight: 1, arbitrary: fc.array(step, { minLength: 4, maxLength: 4, size: 'max' }) },
  ),
  trailingExclusions: someExclusions,
  maxDuration: fc.option(fc.nat({ max: 12 }), { freq: 2 }),
});

export function sequenceFrom(plan: SequencePlan, pools: Pools): Sequence {
  const duration = (units: number | null) => (units === null ? null : pools.times.duration(units));
  return {
    steps: plan.steps.map(({ filters, exclusionsBefore, minDuration, maxDuration }, index) => ({
      filters: filtersFrom(filters, pools),
      exclusionsBefore: index === 0 ? [] : exclusionsBefore.map((exclusion) => filtersFrom(exclusion, pools)),
      minDuration: index === 0 ? null : duration(minDuration),
      maxDuration: index === 0 ? null : duration(maxDuration),
    })),
    trailingExclusions: plan.trailingExclusions.map((exclusion) => filtersFrom(exclusion, pools)),
    maxDuration: duration(plan.maxDuration),
  };
}
