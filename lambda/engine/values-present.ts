import type { Aggregation } from '../query/expanded';
import { ResultLimitError } from './errors';
import { MAX_DISTINCT_VALUES } from './limits';

/**
 * The codes of values that have rows, ascending. @param rows per code
 * @throws ResultLimitError where there are more than a result may hold.
 */
export function codesPresent(rows: Int32Array, aggregation: Aggregation): Int32Array {
  let present = 0;
  for (let code = 0; code < rows.length; code++) if (rows[code] > 0) present += 1;
  if (present > MAX_DISTINCT_VALUES) throw new ResultLimitError(describe(aggregation), MAX_DISTINCT_VALUES);
  const codes = new Int32Array(present);
  for (let code = 0, place = 0; code < rows.length; code++) if (rows[code] > 0) codes[place++] = code;
  return codes;
}

/** What stands for each code, by a loop as below: `from` takes many times as long, and there may be a million. */
export function keysOf(codes: Int32Array, keyOf: (code: number) => string): string[] {
  const keys = new Array<string>(codes.length);
  for (let index = 0; index < codes.length; index++) keys[index] = keyOf(codes[index]);
  return keys;
}

/** The count of each code. */
export function countsOf(codes: Int32Array, ofCodes: Int32Array): Float64Array {
  const counts = new Float64Array(codes.length);
  for (let index = 0; index < codes.length; index++) counts[index] = ofCodes[codes[index]];
  return counts;
}

/** The aggregation as an error message names it. */
export function describe(aggregation: Aggregation): string {
  return `${aggregation.name === null ? '' : `'${aggregation.name}', `}${aggregation.type} of column '${aggregation.column}'`;
}
