import type { Filter, Numeric, NumericOperator, Scalar } from '../query/expanded';
import { compare, isComparison } from './compare';
import { halvesOf } from './number-table';

/**
 * Rows of a column of doubles that match, by comparison of doubles: NaN matches `!=` and `not in` only.
 * Comparing with an integer beyond 2^53 rounds it, which is right here: whatever it rounds to is still beyond every
 * integer held as a double, and equal to just those floats that are the nearest to it.
 */
export function matchNumbers(filter: Filter, values: Float64Array): Uint8Array {
  if (filter.op === 'in' || filter.op === 'not in') {
    return matchAny(filter, values, new Set(operands(filter).map(Number)), (each, mask) => { addNumber(values, each, mask); });
  }
  return compareDoubles(comparison(filter), values, Number(operand(filter)));
}

/**
 * One loop per operator, since calling a function for each row takes three times as long; and `Number`, since V8 makes a
 * branch of `? 1 : 0`, which on random values takes four times as long.
 */
function compareDoubles(op: NumericOperator, values: Float64Array, value: number): Uint8Array {
  const rows = values.length;
  const mask = new Uint8Array(rows);
  switch (op) {
    case '==':
      for (let row = 0; row < rows; row++) mask[row] = Number(values[row] === value);
      return mask;
    case '!=':
      for (let row = 0; row < rows; row++) mask[row] = Number(values[row] !== value);
      return mask;
    case '>':
      for (let row = 0; row < rows; row++) mask[row] = Number(values[row] > value);
      return mask;
    case '>=':
      for (let row = 0; row < rows; row++) mask[row] = Number(values[row] >= value);
      return mask;
    case '<':
      for (let row = 0; row < rows; row++) mask[row] = Number(values[row] < value);
      return mask;
    case '<=':
      for (let row = 0; row < rows; row++) mask[row] = Number(values[row] <= value);
      return mask;
  }
}

/** So many operands are looked for one after the other: looking up a row in a set takes as long as some thirty comparisons. */
const MOST_COMPARED = 32;

/** The mask of `in` or `not in`. @param addEqual sets the mask where values are an operand */
function matchAny<Value extends Numeric>({ op }: Filter, values: ArrayLike<Value>, wanted: ReadonlySet<Value>, addEqual: (operand: Value, mask: Uint8Array) => void): Uint8Array {
  const mask = new Uint8Array(values.length);
  if (wanted.size <= MOST_COMPARED) for (const each of wanted) addEqual(each, mask);
  else for (let row = 0; row < mask.length; row++) mask[row] = Number(wanted.has(values[row]));
  if (op === 'not in') for (let row = 0; row < mask.length; row++) mask[row] ^= 1;
  return mask;
}

/** A function of its own, which V8 knows to be given a number. */
function addNumber(values: Float64Array, wanted: number, found: Uint8Array): void {
  for (let row = 0; row < found.length; row++) found[row] |= Number(values[row] === wanted);
}

/** Rows of a column of 64-bit integers that match, exactly. */
export function matchIntegers(filter: Filter, values: BigInt64Array | BigUint64Array): Uint8Array {
  if (filter.op === 'in' || filter.op === 'not in') {
    return matchAny(filter, values, new Set(operands(filter).map(BigInt)), (each, mask) => { addIntegersThat('==', each, values, mask); });
  }
  const mask = new Uint8Array(values.length);
  addIntegersThat(comparison(filter), BigInt(operand(filter)), values, mask);
  return mask;
}

function comparison({ column, op }: Filter): NumericOperator {
  if (isComparison(op)) return op;
  throw new TypeError(`operator ${op} does not apply to numeric column '${column}'`);
}

/** Changes the order of unsigned halves to that of signed ones. */
const SIGN = 0x80000000;

/** Sets the mask where values compare so with an operand: by their halves, since reading them as BigInt would allocate one per row. */
function addIntegersThat(op: NumericOperator, operand: bigint, values: BigInt64Array | BigUint64Array, mask: Uint8Array): void {
  // What is said of values that are greater, less and equal.
  const verdicts = Uint8Array.from([1, -1, 0], (order) => Number(compare(order, op, 0)));
  const isSigned = values instanceof BigInt64Array;
  const nearest = isSigned ? BigInt.asIntN(64, operand) : BigInt.asUintN(64, operand);
  if (nearest !== operand) {
    if (verdicts[operand > 0n ? 1 : 0] === 1) mask.fill(1);
    return;
  }
  const ofSign = isSigned ? 0 : SIGN;
  const [operandLow, operandHigh] = halvesOf(isSigned ? BigInt64Array.of(operand) : BigUint64Array.of(operand));
  const low = operandLow ^ SIGN;
  const high = operandHigh ^ ofSign;
  const halves = halvesOf(values);
  for (let row = 0; row < mask.length; row++) {
    const rowLow = halves[2 * row] ^ SIGN;
    const rowHigh = halves[2 * row + 1] ^ ofSign;
    const isLess = Number(rowHigh < high) | (Number(rowHigh === high) & Number(rowLow < low));
    const isEqual = Number(rowHigh === high) & Number(rowLow === low);
    mask[row] |= verdicts[isLess + 2 * isEqual];
  }
}

function operands({ column, value }: Filter): Numeric[] {
  return (Array.isArray(value) ? (value as readonly Scalar[]) : []).map((item) => numeric(column, item));
}

function operand({ column, value }: Filter): Numeric {
  return numeric(column, value);
}

function numeric(column: string, value: Filter['value']): Numeric {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new TypeError(`filter on numeric column '${column}' compares with ${typeof value}`);
}
