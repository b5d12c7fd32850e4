import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { Codes } from '../../lambda/engine/codes';
import type { Column } from '../../lambda/engine/columns';
import { orderColumn } from '../../lambda/engine/moved-rows';
import { layOutRows } from '../../lambda/engine/part';
import { CacheFileError, decodeFile, encodeFile } from '../../lambda/storage/part-cache/arrow-file';
import type { FileContent } from '../../lambda/storage/part-cache/arrow-file';
import { CachedPart } from '../../lambda/storage/part-cache/cached-part';
import { DiskCache } from '../../lambda/storage/part-cache/disk-cache';
import type { PartKey } from '../../lambda/storage/part-cache/part-key';
import { temporaryFolder } from './temporary-folder';

const identity = JSON.stringify(['a "quoted" {"crc32":"12345678"} name', 1]);

const contents: [string, FileContent][] = [
  ['signed integers with nulls', { arrays: { integers: new BigInt64Array([-1n, 2n ** 62n, 0n, -(2n ** 63n), 5n]), nulls: new Uint8Array([0, 0, 1, 0, 0]) }, dictionary: null }],
  ['unsigned integers', { arrays: { integers: new BigUint64Array([2n ** 64n - 1n, 1n, 0n]) }, dictionary: null }],
  ['floats', { arrays: { floats: new Float64Array([0.5, -0, NaN, Infinity, 1e308]) }, dictionary: null }],
  ['booleans', { arrays: { booleans: new Uint8Array([0, 1, 2, 1, 0]) }, dictionary: null }],
  ['a layout', { arrays: { times: new Float64Array([1, 2, 3]), begins: new Uint8Array([1, 0, 1]), places: new Int32Array([1, 0, 0]), partitions: new Uint16Array([1, 0, 0]) }, dictionary: null }],
  ['strings', { arrays: { codes: new Int32Array([0, 1, 2, -1, 3]) }, dictionary: ['', 'aé', '😀', '{"crc32":"00000000"'] }],
  ['strings that are all null', { arrays: { codes: new Int32Array([-1, -1]) }, dictionary: [] }],
];

async function isRefused(bytes: Uint8Array): Promise<boolean> {
  return decodeFile(identity, bytes).then(
    () => false,
    (error: unknown) => error instanceof CacheFileError,
  );
}

describe.each(contents)('A cache file of %s', (_, content) => {
  test('is read as it was written', async () => {
    expect(await decodeFile(identity, await encodeFile(identity, content))).toEqual(content);
  });

  test('opens in other tools', async () => {
    const table = tableFromIPC(await encodeFile(identity, content));

    expect(table.schema.fields.map(({ name }) => name)).toEqual(Object.keys(content.arrays));
    const { codes } = content.arrays;
    if (codes instanceof Int32Array) {
      expect(table.getChild('codes')?.toJSON()).toEqual(Array.from(codes, (code) => (code === -1 ? null : content.dictionary?.[code])));
    }
  });

  test('is refused where any bit is altered', async () => {
    const bytes = await encodeFile(identity, content);
    const accepted: string[] = [];
    for (let offset = 0; offset < bytes.length; offset++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = bytes.slice();
        damaged[offset] ^= 1 << bit;
        if (!(await isRefused(damaged))) accepted.push(`bit ${bit} of byte ${offset}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  test('is refused wherever it is cut off', async () => {
    const bytes = await encodeFile(identity, content);
    const accepted: number[] = [];
    for (let length = 0; length < bytes.length; length++) {
      if (!(await isRefused(bytes.slice(0, length)))) accepted.push(length);
    }
    expect(accepted).toEqual([]);
  });

  test('is refused as that of something else', async () => {
    const bytes = await encodeFile(identity, content);

    await expect(decodeFile(JSON.stringify(['another name', 1]), bytes)).rejects.toThrow(CacheFileError);
  });
});

describe('The part cache on disk', () => {
  const folder = temporaryFolder();
  const key: PartKey = { datasetVersion: 'shop@2026-01-01T00:00:00.000Z', index: 3, part: { filename: 'p.parquet', size: 99, etag: 'e1' } };
  const columns = new Map<string, Column>([
    ['user', { type: 'INT', values: new Float64Array([2, 1, 2, 1, 3]), nulls: null }],
    ['time', { type: 'INT', values: new Float64Array([50, 40, 30, 20, 10]), nulls: null }],
    ['event', { type: 'STRING', codes: Codes.ofIntegers(new Int32Array([0, 1, 0, -1, 1])), dictionary: ['view', 'buy'] }],
  ]);

  function open(warnings: string[] = []): DiskCache {
    return new DiskCache({ directory: folder.path, maxBytes: 10_000_000, warn: (_, message) => warnings.push(message) });
  }

  async function write(): Promise<CachedPart> {
    const cached = new CachedPart(layOutRows(columns, 'user', 'time'));
    columns.forEach((column, name) => cached.add(name, orderColumn(column, cached.layout.order)));
    await open().write(key, cached);
    return cached;
  }

  async function files(): Promise<string[]> {
    const names = await readdir(folder.path, { recursive: true });
    return names.filter((name) => name.endsWith('.arrow')).map((name) => path.join(folder.path, name));
  }

  test('gives back a layout and columns', async () => {
    const cached = await write();

    expect(await open().readLayout(key)).toEqual(cached.layout);
    for (const name of columns.keys()) {
      expect(await open().readColumn(key, name, cached)).toEqual(cached.part.column(name));
    }
  });

  test('gives back a layout of more rows than one partition has', async () => {
    const many = new Map<string, Column>([
      ['user', { type: 'INT', values: Float64Array.from({ length: 40_000 }, (_, row) => (row * 7919) % 10_007), nulls: null }],
      ['time', { type: 'INT', values: Float64Array.from({ length: 40_000 }, (_, row) => (row * 31) % 1009), nulls: null }],
    ]);
    const layout = layOutRows(many, 'user', 'time');
    await open().write(key, new CachedPart(layout));

    expect(await open().readLayout(key)).toEqual(layout);
    expect(layout).toMatchObject({ order: { dealing: { partitions: expect.any(Uint16Array) as Uint16Array } } });
  });

  test('has nothing of another version, file or place', async () => {
    const cached = await write();

    expect(await open().readLayout({ ...key, datasetVersion: 'shop@2026-01-02T00:00:00.000Z' })).toBeNull();
    expect(await open().readLayout({ ...key, part: { ...key.part, etag: 'e2' } })).toBeNull();
    expect(await open().readLayout({ ...key, part: { ...key.part, filename: 'q.parquet' } })).toBeNull();
    expect(await open().readColumn({ ...key, index: 4 }, 'event', cached)).toBeNull();
  });

  test('has no column that is in another order than the part', async () => {
    await write();
    const otherwise = new CachedPart({ order: { dealing: null, places: new Int32Array([4, 3, 2, 1, 0]) }, groupStarts: new Int32Array([0, 1, 3, 5]), times: { values: new Float64Array([10, 20, 40, 30, 50]) } });

    expect(await open().readColumn(key, 'event', otherwise)).toBeNull();
  });

  test('misses, removes and reports a file that holds what belongs into another, and writes it anew', async () => {
    const cached = await write();
    const contents = await Promise.all((await files()).map((file) => readFile(file)));
    for (const [index, file] of (await files()).entries()) {
      await writeFile(file, contents[(index + 1) % contents.length]);
    }
    const warnings: string[] = [];
    const cache = open(warnings);

    expect(await cache.readLayout(key)).toBeNull();
    for (const name of columns.keys()) {
      expect(await cache.readColumn(key, name, cached)).toBeNull();
    }
    expect(warnings.length).toBe(1 + columns.size);
    await cache.write(key, cached);
    expect(await cache.readColumn(key, 'event', cached)).toEqual(cached.part.column('event'));
  });
});
