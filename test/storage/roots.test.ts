import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SchemaError } from '../../lambda/query/errors';
import { resolveWithinRoots } from '../../lambda/storage/roots';
import { temporaryFolder } from './temporary-folder';

const folder = temporaryFolder();
const under = (...names: string[]) => path.join(folder.path, ...names);
const roots = () => [under('first'), under('second'), 's3://lake/events'];

beforeEach(() => {
  ['first/data/2020', 'second/more', 'first-secret', 'outside'].forEach((name) => mkdirSync(under(name), { recursive: true }));
  writeFileSync(under('first/file'), '');
  symlinkSync(under('outside'), under('first/way-out'));
  symlinkSync(under('outside/nothing'), under('first/way-to-nothing'));
  symlinkSync(under('second/more'), under('first/other-root'));
  symlinkSync(under('first'), under('linked-root'));
});

test.each([
  ['a relative path, by the root that has it', 'more', 'second/more'],
  ['a deeper one', 'data/2020/', 'first/data/2020'],
  ['the root itself', '.', 'first'],
  ['a link into another root', 'other-root', 'second/more'],
])('resolves %s', async (_, basepath, expected) => {
  expect(await resolveWithinRoots(basepath, roots())).toBe(under(expected));
});

test('resolves absolute paths and file:// URLs within a root', async () => {
  expect(await resolveWithinRoots(under('first/data'), roots())).toBe(under('first/data'));
  expect(await resolveWithinRoots(pathToFileURL(under('first/data')).href, roots())).toBe(under('first/data'));
});

test('resolves a path given through a root’s own name where the root is a link, to where it leads', async () => {
  expect(await resolveWithinRoots(under('linked-root/data'), [under('linked-root')])).toBe(under('first/data'));
  expect(await resolveWithinRoots(under('first/data'), [under('linked-root')])).toBe(under('first/data'));
  expect(await resolveWithinRoots('data', [under('linked-root')])).toBe(under('first/data'));
});

test.each([
  ['outside of the roots', () => under('outside')],
  ['beside a root whose name it begins with', () => under('first-secret')],
  ['out of the root by ..', () => '../outside'],
  ['.. even where it stays within', () => 'data/../data'],
  ['out of the root by an absolute path with ..', () => `${under('first')}/../outside`],
  ['out of the root by a URL', () => `${pathToFileURL(under('first')).href}/%2e%2e/outside`],
  ['out of the root by a link', () => 'way-out'],
  ['through a link that leads nowhere', () => 'way-to-nothing'],
  ['what does not exist within', () => 'missing'],
  ['what does not exist outside', () => under('missing')],
  ['a file', () => 'file'],
  ['another bucket', () => 's3://other/events'],
  ['beside an S3 root whose prefix it begins with', () => 's3://lake/events-old'],
  ['above an S3 root', () => 's3://lake'],
])('refuses %s, in the same words', async (_, basepath) => {
  const refused = resolveWithinRoots(basepath(), roots());
  await expect(refused).rejects.toThrow(SchemaError);
  await expect(refused).rejects.toMatchObject({ path: '/basepath', message: `There is no folder '${basepath()}' under the roots that this server was started with.` });
});

test.each(['', 'a\0', 'http://127.0.0.1/data', 's3://lake/events/../x'])('refuses %j', async (basepath) => {
  await expect(resolveWithinRoots(basepath, roots())).rejects.toThrow(SchemaError);
});

test.each([
  ['s3://lake/events', 's3://lake/events'],
  ['s3://lake/events/2020/', 's3://lake/events/2020'],
])('permits %s under an S3 root', async (basepath, expected) => {
  expect(await resolveWithinRoots(basepath, roots())).toBe(expected);
});

test('takes a root that does not exist as one that holds nothing', async () => {
  await expect(resolveWithinRoots('data', [under('missing')])).rejects.toThrow(SchemaError);
  expect(await resolveWithinRoots('data', [under('missing'), under('first')])).toBe(under('first/data'));
});
