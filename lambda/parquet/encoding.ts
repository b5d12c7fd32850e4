import { MalformedError } from './errors';

/** Numbers of `Encoding` in parquet.thrift. */
export const Encoding = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  RLE: 3,
  BIT_PACKED: 4,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;

export function isDictionaryEncoding(encoding: number): boolean {
  return encoding === Encoding.RLE_DICTIONARY || encoding === Encoding.PLAIN_DICTIONARY;
}

/** Throws: values of this physical type are never encoded so. */
export function unexpectedEncoding(encoding: number, physicalType: string): never {
  const name = Object.entries(Encoding).find(([, number]) => number === encoding)?.[0] ?? `number ${encoding}`;
  throw new MalformedError(`encoding ${name} does not apply to ${physicalType} values`);
}
