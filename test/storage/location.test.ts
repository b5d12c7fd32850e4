import { SchemaError } from '../../lambda/query/errors';
import { formatLocation, parseLocation } from '../../lambda/storage/location';

test.each([
  ['s3://bucket', { kind: 's3', bucket: 'bucket', prefix: '' }, 's3://bucket'],
  ['s3://bucket/', { kind: 's3', bucket: 'bucket', prefix: '' }, 's3://bucket'],
  ['S3://my.bucket-1/a/b c', { kind: 's3', bucket: 'my.bucket-1', prefix: 'a/b c/' }, 's3://my.bucket-1/a/b c'],
  ['s3://bucket/a%20b?#/', { kind: 's3', bucket: 'bucket', prefix: 'a%20b?#/' }, 's3://bucket/a%20b?#'],
  ['/data/events/', { kind: 'local', folder: '/data/events' }, '/data/events'],
  ['file:///data/with%20space', { kind: 'local', folder: '/data/with space' }, '/data/with space'],
])('%s names a place', (basepath, location, formatted) => {
  expect(parseLocation(basepath)).toEqual(location);
  expect(formatLocation(parseLocation(basepath))).toBe(formatted);
});

test.each(['', 'a\0b', 's3://', 's3:///key', 's3://UPPER/x', 's3://ab', 's3://bucket//x', 's3://bucket/a/../b', 's3://bucket/./a', 's3a://bucket/x', 'http://host/x', 'file://host/x', 'file:///a%2Fb'])(
  'base path %j is refused, by name',
  (basepath) => {
    expect(() => parseLocation(basepath)).toThrow(SchemaError);
    expect(() => parseLocation(basepath)).toThrow(`Base path '${basepath}'`);
  },
);
