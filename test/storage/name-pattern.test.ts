import { SchemaError } from '../../lambda/query/errors';
import { namePattern } from '../../lambda/storage/name-pattern';

test.each([
  ['*.parquet', ['a.parquet', 'a b.parquet', 'größe.parquet'], ['a.parquet.crc', 'a.csv', '.a.parquet', '_a.parquet', 'parquet']],
  ['*', ['a', 'a.b'], ['.a', '_a', '_SUCCESS']],
  ['_*', ['_SUCCESS', '_'], ['a_', '.a']],
  ['.*', ['.hidden'], ['a', '_a']],
  ['part-?.parquet', ['part-1.parquet'], ['part-.parquet', 'part-10.parquet']],
  ['part-[0-3].parquet', ['part-0.parquet', 'part-3.parquet'], ['part-4.parquet', 'part-.parquet']],
  ['part-[!0-3]', ['part-4'], ['part-0']],
  ['part(1).parquet', ['part(1).parquet'], ['part1.parquet']],
  ['{a,b}.parquet', ['{a,b}.parquet'], ['a.parquet']],
  ['!a', ['!a'], ['b', 'a']],
  ['a+b$^|@(c)', ['a+b$^|@(c)'], ['aab']],
  [String.raw`a\*`, ['a*'], ['ab']],
  ['**.parquet', ['a.parquet'], ['a.csv']],
])('%s', (pattern, matching, others) => {
  const matches = namePattern(pattern);
  expect(matching.filter((name) => !matches(name))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

test.each(['', 'sub/*.parquet', '../*', 'a\0', 'a'.repeat(256), '*a*a*a*a*a*'])('%j is no pattern of file names', (pattern) => {
  expect(() => namePattern(pattern)).toThrow(SchemaError);
});
