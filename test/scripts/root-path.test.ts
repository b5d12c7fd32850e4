import path from 'node:path';
import { absoluteRoot } from '../../scripts/commands/root-path';

test('a root is a folder, from where the user stands, or a prefix in S3', () => {
  expect(absoluteRoot('data/events')).toBe(path.resolve('data/events'));
  expect(absoluteRoot('/data/events')).toBe('/data/events');
  expect(absoluteRoot('s3://bucket/events')).toBe('s3://bucket/events');
});
