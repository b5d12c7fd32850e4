/** Distinct values that one per-value aggregation may have, in a part and in the merged result. */
export const MAX_DISTINCT_VALUES = 2_000_000;
