import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CountingSource } from '../../lambda/storage/counting-source';
import { AccessDeniedError, FileChangedError, NotADirectoryError, PathNotFoundError } from '../../lambda/storage/errors';
import { openStorage } from '../../lambda/storage/open-storage';
import { temporaryFolder } from './temporary-folder';

const folder = temporaryFolder();

function write(name: string, content = name): string {
  const file = path.join(folder.path, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function names(pattern: string, basepath = folder.path): Promise<string[]> {
  return (await openStorage(basepath).list(pattern)).map(({ filename }) => filename);
}

async function onlyPart(basepath = folder.path) {
  const [part] = await openStorage(basepath).list('*');
  return part;
}

describe('listing a folder', () => {
  test('gives files in the order of their names’ code units, with their sizes', async () => {
    ['b.parquet', 'a.parquet', 'B.parquet', 'ä.parquet', 'a10.parquet', 'a9.parquet', '\u{1F600}.parquet', '\uFF5E.parquet'].forEach((name) => write(name, 'four'));
    const parts = await openStorage(folder.path).list('*.parquet');
    expect(parts.map(({ filename }) => filename)).toEqual(['B.parquet', 'a.parquet', 'a10.parquet', 'a9.parquet', 'b.parquet', 'ä.parquet', '\u{1F600}.parquet', '\uFF5E.parquet']);
    expect(new Set(parts.map(({ size }) => size))).toEqual(new Set([4]));
  });

  test('takes regular files only, and none from folders within', async () => {
    write('folder.parquet/inner.parquet');
    write('file.parquet');
    symlinkSync(path.join(folder.path, 'nowhere'), path.join(folder.path, 'dangling.parquet'));
    symlinkSync(path.join(folder.path, 'file.parquet'), path.join(folder.path, 'link.parquet'));
    expect(await names('*.parquet')).toEqual(['file.parquet', 'link.parquet']);
  });

  test('takes a folder as file:// URL, with spaces in its name', async () => {
    write('with space & ü/file.parquet');
    expect(await names('*', pathToFileURL(path.join(folder.path, 'with space & ü')).href)).toEqual(['file.parquet']);
  });

  test('gives the same ETag until a file changes, also where the size stays the same', async () => {
    const file = write('a.parquet', 'one');
    const before = await onlyPart();
    expect(await onlyPart()).toEqual(before);
    utimesSync(file, 1, 2);
    const touched = await onlyPart();
    expect(touched.etag).not.toBe(before.etag);
    write('new', 'two');
    utimesSync(path.join(folder.path, 'new'), 1, 2);
    renameSync(path.join(folder.path, 'new'), file);
    expect((await onlyPart()).etag).not.toBe(touched.etag);
  });

  test('says what is wrong with a base path that is no folder', async () => {
    const file = write('a.parquet');
    await expect(openStorage(path.join(folder.path, 'missing')).list('*')).rejects.toThrow(PathNotFoundError);
    await expect(openStorage(file).list('*')).rejects.toThrow(NotADirectoryError);
    await expect(openStorage(path.join(folder.path, 'missing')).list('*')).rejects.toMatchObject({
      retryable: false,
      message: `'${path.join(folder.path, 'missing')}' does not exist.`,
    });
  });

  test('says so where a folder may not be read', async () => {
    symlinkSync(path.join(folder.path, 'loop'), path.join(folder.path, 'loop'));
    await expect(openStorage(path.join(folder.path, 'loop')).list('*')).rejects.toThrow(AccessDeniedError);
  });
});

describe('confined to roots', () => {
  test('refuses to list or read a file whose link leads out', async () => {
    write('secret', 'outside');
    write('root/data/a.parquet');
    symlinkSync(path.join(folder.path, 'secret'), path.join(folder.path, 'root/data/b.parquet'));
    const data = path.join(folder.path, 'root/data');
    const confined = openStorage(data, { confineTo: [path.join(folder.path, 'root')] });
    await expect(confined.list('*')).rejects.toThrow(AccessDeniedError);

    const part = (await openStorage(data).list('b*'))[0];
    await expect(confined.open(part).read(0, 1)).rejects.toThrow(AccessDeniedError);
  });

  test('refuses a folder that was replaced by a link meanwhile', async () => {
    write('elsewhere/a.parquet');
    write('root/data/a.parquet');
    const data = path.join(folder.path, 'root/data');
    rmSync(data, { recursive: true });
    symlinkSync(path.join(folder.path, 'elsewhere'), data);
    await expect(openStorage(data, { confineTo: [path.join(folder.path, 'root')] }).list('*')).rejects.toThrow(AccessDeniedError);
  });

  test('follows links that stay within, also where a root is itself a link', async () => {
    write('real/store/a.parquet', 'inside');
    write('real/data/other');
    symlinkSync('../store/a.parquet', path.join(folder.path, 'real/data/a.parquet'));
    symlinkSync(path.join(folder.path, 'real'), path.join(folder.path, 'root'));
    const storage = openStorage(path.join(folder.path, 'root/data'), { confineTo: ['s3://bucket/x', path.join(folder.path, 'root')] });
    const [part] = await storage.list('*.parquet');
    const source = storage.open(part);
    expect(Buffer.from(await source.read(0, 6)).toString()).toBe('inside');
    await source.close();
  });
});

describe('reading a file', () => {
  test('gives exactly the bytes asked for, concurrently, and counts them', async () => {
    write('a.parquet', '0123456789');
    const source = new CountingSource(openStorage(folder.path).open(await onlyPart()));
    const ranges = await Promise.all([source.read(0, 4), source.read(9, 10), source.read(5, 5), source.read(0, 10)]);
    expect(ranges.map((bytes) => Buffer.from(bytes).toString())).toEqual(['0123', '9', '', '0123456789']);
    expect(source).toMatchObject({ name: path.join(folder.path, 'a.parquet'), byteLength: 10, bytesRead: 15, readRequests: 4 });
    await source.close();
  });

  test('reads beyond 4 GiB', async () => {
    const handle = await open(path.join(folder.path, 'large.parquet'), 'w');
    const start = 5 * 2 ** 30;
    await handle.write('far away', start);
    await handle.close();
    const source = openStorage(folder.path).open(await onlyPart());
    expect(source.byteLength).toBe(start + 8);
    expect(Buffer.from(await source.read(start, start + 8)).toString()).toBe('far away');
    await source.close();
  });

  test.each([
    ['was overwritten', (file: string) => writeFileSync(file, 'second')],
    ['was cut', (file: string) => truncateSync(file, 2)],
  ])('fails where the file %s after it was listed, and after it was opened', async (_, change) => {
    const file = write('a.parquet', 'first!');
    utimesSync(file, 1, 1);
    const storage = openStorage(folder.path);
    const part = await onlyPart();
    const opened = storage.open(part);
    await opened.read(0, 1);
    change(file);
    await expect(opened.read(0, 6)).rejects.toThrow(FileChangedError);
    await opened.close();
    await expect(storage.open(part).read(0, 1)).rejects.toThrow(`'${file}' has changed`);
  });

  test('fails where the file was replaced by another of the same size and time', async () => {
    const file = write('a.parquet', 'first');
    utimesSync(file, 1, 1);
    const part = await onlyPart();
    const other = write('other', 'again');
    utimesSync(other, 1, 1);
    renameSync(other, file);
    await expect(openStorage(folder.path).open(part).read(0, 1)).rejects.toThrow(FileChangedError);
  });

  test('fails where the file is gone, or the source was closed', async () => {
    const file = write('a.parquet');
    const storage = openStorage(folder.path);
    const part = await onlyPart();
    const source = storage.open(part);
    await source.read(0, 1);
    await source.close();
    await source.close();
    await expect(source.read(0, 1)).rejects.toThrow('after it was closed');
    rmSync(file);
    await expect(storage.open(part).read(0, 1)).rejects.toThrow(PathNotFoundError);
  });
});
