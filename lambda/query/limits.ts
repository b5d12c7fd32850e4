/** What one request may ask for: every limit of the language, also said in the published JSON Schema. */
export const maxConditions = 100;
export const maxSteps = 100;
/** Per list of aggregations. */
export const maxAggregations = 100;
/** Values of one `in` or `not in`. */
export const maxListValues = 10_000;

export const maxTop = 10_000;
export const defaultTop = 10;

/** Parentheses within parentheses in a relation. */
export const maxRelationDepth = 100;
/** Lists and objects within each other in any JSON text: far above any query's, far below what overflows the stack. */
export const maxJsonDepth = 1000;
