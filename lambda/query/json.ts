import { parse } from 'lossless-json';
import { SchemaError } from './errors';
import { checkStructure, positionIn } from './json-structure';

/**
 * Parses JSON without losing an integer: safe integers and all fractions become numbers, integers beyond ±(2^53 − 1)
 * bigints, also where they are written with an exponent or `.0` as long as they fit 64 bits. A number too large for a
 * double becomes Infinity, as with `JSON.parse`. Keys like `__proto__` are ordinary own properties.
 *
 * @throws SchemaError for text that is not JSON (with line and column), duplicate keys and bottomless nesting
 */
export function parseJson(text: string): unknown {
  checkStructure(text);
  try {
    return parse(text, null, parseNumber);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = error.message.replace(/at position (\d+)$/, (_, position: string) => positionIn(text, Number(position)));
    throw new SchemaError(`not JSON: ${message}`, '');
  }
}

/**
 * Writes JSON as `JSON.stringify` does, and besides: bigints as number literals, and a Map as an object in the Map's own
 * order, which a JavaScript object cannot keep for keys that look like integers. Undefined at the top is `null`.
 */
export function stringifyJson(value: unknown): string {
  return written(value) ?? 'null';
}

function parseNumber(literal: string): number | bigint {
  const value = Number(literal);
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  if (/^-?\d+$/.test(literal)) return BigInt(literal);
  return Math.abs(value) <= 2 ** 64 ? (exactInteger(literal) ?? value) : value;
}

/** The integer that a literal with a fraction or an exponent stands for: 1.5e18; null where it has a fraction after all. */
function exactInteger(literal: string): bigint | null {
  const [mantissa, exponent = '0'] = literal.toLowerCase().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  const zerosToAdd = Number(exponent) - fraction.length;
  if (zerosToAdd >= 0) return BigInt(digits) * 10n ** BigInt(zerosToAdd);
  return /^0*$/.test(digits.slice(zerosToAdd)) ? BigInt(digits.slice(0, zerosToAdd)) : null;
}

/** Undefined for what JSON has no word for, so that an object leaves it out. */
function written(value: unknown): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Map) return object(value);
  if (Array.isArray(value)) return `[${value.map(stringifyJson).join(',')}]`;
  if (writesItself(value)) return written(value.toJSON());
  return object(Object.entries(value));
}

function object(entries: Iterable<readonly [unknown, unknown]>): string {
  const properties: string[] = [];
  for (const [key, value] of entries) {
    const text = written(value);
    if (text !== undefined) properties.push(`${JSON.stringify(String(key))}:${text}`);
  }
  return `{${properties.join(',')}}`;
}

function writesItself(value: object): value is { toJSON: () => unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}
