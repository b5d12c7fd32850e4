import { parquetWriteBuffer } from 'hyparquet-writer';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { craftFile, dataPage, int32s } from './craft-file';
import { MemorySource } from './memory-source';

/** Three columns of some 800 KB each per row group, two row groups, nothing compressed. */
function largeFile(): Uint8Array {
  const column = (name: string, factor: bigint) => ({ name, data: Array.from({ length: 200_000 }, (_, i) => BigInt(i) * factor), type: 'INT64' as const, encoding: 'PLAIN' as const });
  return new Uint8Array(parquetWriteBuffer({ codec: 'UNCOMPRESSED', rowGroupSize: 100_000, columnData: [column('a', 1n), column('b', 2n), column('c', 3n)] }));
}

describe('reading a file', () => {
  const large = largeFile();

  it('opens it with one read of its last 64 KiB', async () => {
    const source = new MemorySource(large);
    await openParquet(source);
    expect(source.reads).toEqual([{ start: large.length - 65_536, end: large.length }]);
  });

  it('reads no byte of a small file twice, nor more than once at all', async () => {
    const source = new MemorySource(craftFile([{ name: 'c', type: 'INT32', repetition_type: 'REQUIRED' }], [{ rows: 2, chunks: [{ pages: [dataPage(2, int32s(1, 2))] }] }]));
    await (await openParquet(source)).readColumns(['c']);
    expect(source.reads).toEqual([{ start: 0, end: source.byteLength }]);
  });

  it('reads only the columns asked for, and columns side by side with one read', async () => {
    const source = new MemorySource(large);
    const file = await openParquet(source);
    source.reads.length = 0;
    await file.readColumns(['a', 'b']);
    expect(source.reads).toHaveLength(2);
    expect(source.reads.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(large.length * 0.7);
    source.reads.length = 0;
    await file.readColumns(['a', 'c']);
    expect(source.reads).toHaveLength(3);
  });

  it('gives the columns in the order asked for, also where one is asked for twice', async () => {
    const file = await openParquet(new MemorySource(large));
    const columns = await file.readColumns(['c', 'a', 'c']);
    expect(columns.map((column) => column.type === 'INT' && Number(column.values[199_999]))).toEqual([599_997, 199_999, 599_997]);
    expect(await file.readColumns([])).toEqual([]);
  });

  it('reads a footer larger than 64 KiB with one more read', async () => {
    const schema = Array.from({ length: 3000 }, (_, i) => ({ name: `a column with quite a long name, number ${i}`, type: 'INT32' as const, repetition_type: 'OPTIONAL' as const }));
    const source = new MemorySource(craftFile(schema, []));
    const file = await openParquet(source);
    expect(file.columns).toHaveLength(3000);
    expect(source.reads).toHaveLength(2);
  });

  it('tells names with dots and spaces apart', async () => {
    const schema = ['a', 'a.b', 'a b', 'ä'].map((name) => ({ name, type: 'INT32' as const, repetition_type: 'REQUIRED' as const }));
    const chunks = schema.map((_, i) => ({ pages: [dataPage(1, int32s(i))] }));
    const file = await openParquet(new MemorySource(craftFile(schema, [{ rows: 1, chunks }])));
    const columns = await file.readColumns(['ä', 'a b', 'a.b', 'a']);
    expect(columns.map((column) => column.type === 'INT' && column.values[0])).toEqual([3, 2, 1, 0]);
  });

  it('reads files without rows, row groups or columns', async () => {
    const schema = [{ name: 'c', type: 'INT32' as const, repetition_type: 'REQUIRED' as const }];
    const groups = [{ rows: 0, chunks: [{ pages: [] }] }, { rows: 1, chunks: [{ pages: [dataPage(1, int32s(5))] }] }, { rows: 0, chunks: [{ pages: [] }] }];
    const withEmptyGroups = await openParquet(new MemorySource(craftFile(schema, groups)));
    expect(await withEmptyGroups.readColumns(['c'])).toEqual([{ type: 'INT', values: Float64Array.of(5), nulls: null }]);
    const withoutRows = await openParquet(new MemorySource(craftFile(schema, [])));
    expect(await withoutRows.readColumns(['c'])).toEqual([{ type: 'INT', values: new Float64Array(0), nulls: null }]);
    expect((await openParquet(new MemorySource(craftFile([], [])))).columns).toEqual([]);
  });

  it('passes errors of the source on as they are, also where several reads fail', async () => {
    const source = new MemorySource(large);
    const file = await openParquet(source);
    const failure = new Error('the network is down');
    source.read = () => Promise.reject(failure);
    await expect(file.readColumns(['a', 'c'])).rejects.toBe(failure);
    await expect(openParquet(source)).rejects.toBe(failure);
  });
});
