import { LimitError } from '../query/errors';
import { stringifyJson } from '../query/json';
import type { AggregationResult, FunnelResult, MatchResult } from './service';

export interface AnswerParts {
  readonly query: MatchResult;
  readonly funnel?: FunnelResult;
}

/** Bytes that a value takes in an aggregation's JSON, besides its key, at least: quotes, colon, a digit. */
const LEAST_PER_VALUE = 4;

/**
 * The `query` and `funnel` of a response as JSON text, without the braces around them. The same text answers all
 * requests for it, so that their answers are equal to the byte.
 *
 * @param maxSize bytes
 * @throws LimitError, for answers far over the limit before their text is made
 */
export function answerContent({ query, funnel }: AnswerParts, maxSize: number): string {
  const least = leastSize({ query, ...(funnel !== undefined && { funnel }) });
  if (least > maxSize) {
    throw tooLarge(`at least ${least}`, maxSize);
  }
  const text = `"query":${stringifyJson(query)}${funnel === undefined ? '' : `,"funnel":${stringifyJson(funnel)}`}`;
  const size = Buffer.byteLength(text);
  if (size > maxSize) {
    throw tooLarge(String(size), maxSize);
  }
  return text;
}

function tooLarge(size: string, maxSize: number): LimitError {
  return new LimitError(
    `The answer takes ${size} bytes of JSON, and at most ${maxSize} are allowed (FROCKET_MAX_RESULT_SIZE): ask for fewer aggregations, or for fewer values of each by "top".`,
    'result',
  );
}

function leastSize({ query, funnel }: AnswerParts): number {
  const lists = [query, ...(funnel?.sequence ?? [])].map(({ aggregations = [] }) => aggregations);
  return [...lists, funnel?.endAggregations ?? []].flat().reduce((size, aggregation) => size + leastAggregationSize(aggregation), 0);
}

function leastAggregationSize({ value }: AggregationResult): number {
  if (typeof value === 'number') {
    return 1;
  }
  let size = 0;
  for (const key of value.keys()) {
    size += key.length + LEAST_PER_VALUE;
  }
  return size;
}
