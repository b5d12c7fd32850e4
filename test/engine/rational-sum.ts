/**
 * The sum of doubles, rounded once to nearest, ties to even. Every finite double is a whole number of units of 2^-1074
 * (the smallest subnormal), so the sum is an exact BigInt; IEEE 754 binary64 bits are taken apart and put together again.
 * Infinities win over finite values; opposite infinities give NaN. An exact zero is +0.
 */
export function roundedSum(values: readonly number[]): number {
  const infinite = values.filter((value) => !Number.isFinite(value));
  if (infinite.length > 0) return infinite.reduce((sum, value) => sum + value);
  return fromUnits(values.reduce((sum, value) => sum + toUnits(value), 0n));
}

/** `dividend / divisor`, rounded once to nearest, ties to even. */
export function roundedQuotient(dividend: bigint, divisor: bigint): number {
  const units = dividend << 1074n;
  const quotient = units / divisor;
  const isExact = quotient * divisor === units;
  // A cut-off rest only matters where rounding would else find a tie: the last of a thousand bits stands for it.
  return fromUnits(isExact || quotient % 2n !== 0n ? quotient : quotient + (units < 0n ? -1n : 1n));
}

const FRACTION_BITS = 52n;
const HIDDEN_BIT = 1n << FRACTION_BITS;
const INFINITY_BITS = 0x7ffn << FRACTION_BITS;

function toUnits(value: number): bigint {
  const bits = BigInt.asUintN(64, new BigInt64Array(new Float64Array([Math.abs(value)]).buffer)[0]);
  const exponent = bits >> FRACTION_BITS;
  const fraction = bits & (HIDDEN_BIT - 1n);
  const magnitude = exponent === 0n ? fraction : (fraction | HIDDEN_BIT) << (exponent - 1n);
  return value < 0 ? -magnitude : magnitude;
}

function fromUnits(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const excessBits = BigInt(Math.max(0, magnitude.toString(2).length - 53));
  const kept = magnitude >> excessBits;
  const cut = magnitude - (kept << excessBits);
  const half = excessBits === 0n ? 1n : 1n << (excessBits - 1n);
  const roundsUp = cut > half || (cut === half && kept % 2n === 1n);
  // `kept` carries the hidden bit, which adds the one that turns the excess into the exponent field; so does a carry.
  const bits = (excessBits << FRACTION_BITS) + kept + (roundsUp ? 1n : 0n);
  const rounded = bits >= INFINITY_BITS ? Infinity : new Float64Array(new BigInt64Array([bits]).buffer)[0];
  return units < 0n ? -rounded : rounded;
}
