/** What one request may ask for: every limit of the language; the published JSON Schema says them too, as far as it can. */
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

/** Characters of a regular expression: even compiling a longer one would keep other requests waiting. */
export const maxPatternLength = 1000;
/** Steps that a regular expression compiles to; each character of a text may cost as many. Repetitions make many of few characters. */
export const maxPatternSteps = 5000;
