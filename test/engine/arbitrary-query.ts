import fc from 'fast-check';
import { columnNames, filterPlans, filtersFrom, numericColumns, numericOperators, valueOf, type ColumnName, type FilterPlan } from './arbitrary-filters';
import { pick, type Pools } from './arbitrary-pools';
import { lastMoment } from './arbitrary-dataset';
import { asNumeric } from './reference-aggregation';
import { compares } from './reference-filter';
import { sequenceFrom, sequencePlan, type SequencePlan } from './arbitrary-sequence';
import type { Aggregation, Condition, ExpandedQuery, Numeric, NumericOperator, Relation, Target } from '../../lambda/query/expanded';

interface RowsPlan {
  readonly kind: 'rows';
  readonly filters: readonly FilterPlan[];
  readonly target: 'count' | 'sum';
  readonly op: NumericOperator;
  readonly value: number;
  /** The column summed, and where its value comes from. */
  readonly sumColumn: number;
  readonly includeZero: boolean;
}

type ConditionPlan = RowsPlan | { readonly kind: 'sequence'; readonly sequence: SequencePlan };

interface AggregationPlan {
  readonly type: Aggregation['type'];
  readonly column: ColumnName;
  readonly otherColumn: number;
  readonly top: number;
  readonly name: string | null;
}

type RelationPlan = number | { readonly op: 'and' | 'or'; readonly operands: readonly RelationPlan[] };

export interface QueryPlan {
  readonly timeframe: { readonly from: number | null; readonly to: number | null };
  readonly conditions: readonly ConditionPlan[];
  readonly relation: RelationPlan;
  readonly aggregations: readonly AggregationPlan[] | null;
  readonly funnel: {
    readonly sequence: SequencePlan;
    readonly stepAggregations: readonly AggregationPlan[] | null;
    readonly endAggregations: readonly AggregationPlan[] | null;
  } | null;
}

const rowsPlan: fc.Arbitrary<RowsPlan> = fc.record({
  kind: fc.constant('rows' as const),
  filters: filterPlans,
  target: fc.constantFrom('count' as const, 'sum' as const),
  op: fc.constantFrom(...numericOperators),
  value: fc.nat({ max: 4 }),
  sumColumn: fc.nat({ max: 3 }),
  includeZero: fc.boolean(),
});

const sequenceConditionPlan: fc.Arbitrary<ConditionPlan> = fc.record({ kind: fc.constant('sequence' as const), sequence: sequencePlan });

const relationPlan = fc.letrec<{ relation: RelationPlan; all: RelationPlan }>((tie) => ({
  relation: fc.oneof({ maxDepth: 3 }, fc.nat({ max: 3 }), tie('all')),
  all: fc.record({ op: fc.constantFrom('and' as const, 'or' as const), operands: fc.array(tie('relation'), { minLength: 2, maxLength: 3 }) }),
})).relation;

const aggregationPlan: fc.Arbitrary<AggregationPlan> = fc.record({
  type: fc.constantFrom<Aggregation['type'][]>('countPerValue', 'count', 'groupsPerValue', 'sumPerValue', 'meanPerValue'),
  column: fc.constantFrom(...columnNames),
  otherColumn: fc.nat({ max: 3 }),
  top: fc.constantFrom(1, 2, 3, 10, 10_000),
  name: fc.option(fc.constantFrom('name', 'value', 'top'), { freq: 2 }),
});
const aggregationPlans = fc.array(aggregationPlan, { maxLength: 4 });

const timeframe = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ from: null, to: null }) },
  {
    weight: 1,
    arbitrary: fc.record({ from: fc.option(fc.nat({ max: 6 })), to: fc.option(fc.integer({ min: 5, max: lastMoment + 1 })) }),
  },
);

/** Conditions of both kinds, a relation over them, a timeframe, aggregations and a funnel. */
export const anyQuery: fc.Arbitrary<QueryPlan> = fc.record({
  timeframe,
  conditions: fc.array(fc.oneof(rowsPlan, sequenceConditionPlan), { maxLength: 4 }),
  relation: relationPlan,
  aggregations: fc.option(aggregationPlans),
  funnel: fc.option(
    fc.record({ sequence: sequencePlan, stepAggregations: fc.option(aggregationPlans), endAggregations: fc.option(aggregationPlans) }),
    { freq: 2 },
  ),
});

/** A sequence as a condition and another as a funnel over the groups that match the first or do not. */
export const sequenceQuery: fc.Arbitrary<QueryPlan> = fc.record({
  timeframe: fc.constant({ from: null, to: null }),
  conditions: fc.array(sequenceConditionPlan, { maxLength: 2 }),
  relation: relationPlan,
  aggregations: fc.constant(null),
  funnel: fc.record({ sequence: sequencePlan, stepAggregations: fc.constant(null), endAggregations: fc.constant(null) }),
});

/** Many sums, means and counts over all groups, and sum targets. */
export const aggregationQuery: fc.Arbitrary<QueryPlan> = fc.record({
  timeframe: fc.constant({ from: null, to: null }),
  conditions: fc.array(rowsPlan, { maxLength: 2 }),
  relation: relationPlan,
  aggregations: fc.array(aggregationPlan, { minLength: 1, maxLength: 6 }),
  funnel: fc.constant(null),
});

export function queryFrom(plan: QueryPlan, pools: Pools): ExpandedQuery {
  const bound = (index: number | null): Numeric | null => {
    const moment = index === null ? null : pools.times.moment(index);
    return moment === null ? null : asNumeric(moment);
  };
  const aggregations = (plans: readonly AggregationPlan[] | null) => plans?.map((each) => aggregationFrom(each, pools)) ?? null;
  return {
    timeframe: { from: bound(plan.timeframe.from), to: bound(plan.timeframe.to) },
    conditions: plan.conditions.map((condition) => conditionFrom(condition, pools)),
    relation: plan.conditions.length === 0 ? null : relationFrom(plan.relation, plan.conditions.length),
    aggregations: aggregations(plan.aggregations),
    funnel: plan.funnel && {
      sequence: sequenceFrom(plan.funnel.sequence, pools),
      stepAggregations: aggregations(plan.funnel.stepAggregations),
      endAggregations: aggregations(plan.funnel.endAggregations),
    },
  };
}

function conditionFrom(plan: ConditionPlan, pools: Pools): Condition {
  if (plan.kind === 'sequence') return { kind: 'sequence', sequence: sequenceFrom(plan.sequence, pools) };
  const filters = filtersFrom(plan.filters, pools);
  if (plan.target === 'count') {
    const target = { type: 'count', op: plan.op, value: plan.value } as const;
    return { kind: 'rows', filters, target, includeZero: includesZero(plan) };
  }
  return { kind: 'rows', filters, target: sumTarget(plan, pools), includeZero: false };
}

/** True for `count == 0`; otherwise as planned where zero satisfies the target. */
function includesZero({ op, value, includeZero }: RowsPlan): boolean {
  return (op === '==' && value === 0) || (includeZero && compares(0, op, value));
}

/** A small whole number, a fraction, or a value of the column itself. */
function sumTarget({ op, value, sumColumn }: RowsPlan, pools: Pools): Target {
  const column = pick(numericColumns(pools), sumColumn);
  const own = valueOf(column, value, pools);
  return { type: 'sum', column, op, value: value % 2 === 0 && (typeof own === 'number' || typeof own === 'bigint') ? own : value / 2 };
}

function relationFrom(plan: RelationPlan, conditions: number): Relation {
  if (typeof plan === 'number') return { condition: plan % conditions };
  return { op: plan.op, operands: plan.operands.map((operand) => relationFrom(operand, conditions)) };
}

function aggregationFrom({ type, column, otherColumn, top, name }: AggregationPlan, pools: Pools): Aggregation {
  switch (type) {
    case 'count':
      return { type, column, name };
    case 'countPerValue':
    case 'groupsPerValue':
      return { type, column, name, top };
    case 'sumPerValue':
    case 'meanPerValue':
      return { type, column, otherColumn: pick(numericColumns(pools), otherColumn), name, top };
  }
}
