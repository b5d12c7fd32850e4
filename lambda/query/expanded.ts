/**
 * A validated query in its one full form: no shorthand, every default written out, ISO dates turned into
 * milliseconds, the relation parsed. This is what is sent to workers and what the engine runs.
 *
 * Numbers are JavaScript numbers where exact, and bigints where an integer lies outside ±2^53.
 */
export type Numeric = number | bigint;

export type ColumnType = 'INT' | 'FLOAT' | 'BOOL' | 'STRING';

export type NumericOperator = '==' | '!=' | '>' | '>=' | '<' | '<=';
export type SetOperator = 'in' | 'not in';
export type TextOperator = 'contains' | 'not contains' | 'starts with' | 'ends with' | 'regex';
export type Operator = NumericOperator | SetOperator | TextOperator;

export type Scalar = Numeric | string | boolean;

/** One comparison of a row's value. `value` is an array exactly for `in` and `not in`, and fits the column's type. */
export interface Filter {
  readonly column: string;
  readonly op: Operator;
  readonly value: Scalar | readonly Scalar[];
}

export type Target =
  | { readonly type: 'count'; readonly op: NumericOperator; readonly value: number }
  | { readonly type: 'sum'; readonly column: string; readonly op: NumericOperator; readonly value: Numeric };

/** A found step of a sequence, with the exclusions that stand between it and the found step before it. */
export interface Step {
  /** All must hold in the same row. */
  readonly filters: readonly Filter[];
  /** Each entry is one exclusion step; all its filters must hold in the same row. Always empty on the first step. */
  readonly exclusionsBefore: readonly (readonly Filter[])[];
  /** Bounds on the time since the previous found step's row, in the timestamp column's unit; null: no bound. */
  readonly minDuration: Numeric | null;
  readonly maxDuration: Numeric | null;
}

export interface Sequence {
  /** Found steps, at least one. */
  readonly steps: readonly Step[];
  /** Exclusion steps after the last found step. */
  readonly trailingExclusions: readonly (readonly Filter[])[];
  /** Bound on last row's time − first row's time, in the timestamp column's unit; null: no bound. */
  readonly maxDuration: Numeric | null;
}

export type Condition =
  | {
      readonly kind: 'rows';
      readonly filters: readonly Filter[];
      readonly target: Target;
      /** Whether a group without any matching row matches; always false for sum targets. */
      readonly includeZero: boolean;
    }
  | { readonly kind: 'sequence'; readonly sequence: Sequence };

/** A condition by its index, or a combination of at least two relations. */
export type Relation =
  | { readonly condition: number }
  | { readonly op: 'and' | 'or'; readonly operands: readonly Relation[] };

export interface CountAggregation {
  readonly type: 'count';
  readonly column: string;
  readonly name: string | null;
}

export interface PerValueAggregation {
  readonly type: 'countPerValue' | 'groupsPerValue';
  readonly column: string;
  readonly name: string | null;
  readonly top: number;
}

export interface OtherColumnAggregation {
  readonly type: 'sumPerValue' | 'meanPerValue';
  readonly column: string;
  readonly otherColumn: string;
  readonly name: string | null;
  readonly top: number;
}

export type Aggregation = CountAggregation | PerValueAggregation | OtherColumnAggregation;

export interface Funnel {
  readonly sequence: Sequence;
  /** Null where the query does not ask for any; an empty list where it asks for an empty list. */
  readonly stepAggregations: readonly Aggregation[] | null;
  readonly endAggregations: readonly Aggregation[] | null;
}

export interface ExpandedQuery {
  /** Rows with from <= time < to take part; null: no bound. */
  readonly timeframe: { readonly from: Numeric | null; readonly to: Numeric | null };
  readonly conditions: readonly Condition[];
  /** Null where there are no conditions: every group matches. */
  readonly relation: Relation | null;
  readonly aggregations: readonly Aggregation[] | null;
  readonly funnel: Funnel | null;
}
