import { FrocketError } from '../../lambda/query/errors';
import { PartTooLargeError, openParquet } from '../../lambda/parquet/parquet-file';
import type { ByteSource } from '../../lambda/parquet/byte-source';
import { byteArrays, craftFile, dataPage } from './craft-file';
import { MemorySource } from './memory-source';

const MEBIBYTE = 2 ** 20;
const GROUPS = 40;
const ROWS_PER_GROUP = 2 ** 17;

/** Two columns of a MiB in each of forty row groups. */
function largeFile(): Uint8Array {
  const page = dataPage(ROWS_PER_GROUP, new Uint8Array(MEBIBYTE));
  const schema = ['a', 'b'].map((name) => ({ name, type: 'INT64' as const, repetition_type: 'REQUIRED' as const }));
  return craftFile(schema, Array.from({ length: GROUPS }, () => ({ rows: ROWS_PER_GROUP, chunks: [{ pages: [page] }, { pages: [page] }] })));
}

/** Answers a read once the next one has been asked for, or once nobody asks any more. */
class PipelinedSource implements ByteSource {
  readonly name = 'part-0.parquet';
  readonly byteLength: number;
  mostUnanswered = 0;
  largestRead = 0;
  bytesRead = 0;
  private readonly unanswered: (() => void)[] = [];

  constructor(private readonly bytes: Uint8Array) {
    this.byteLength = bytes.length;
  }

  read(start: number, end: number): Promise<Uint8Array> {
    this.bytesRead += end - start;
    this.largestRead = Math.max(this.largestRead, end - start);
    const answer = new Promise<Uint8Array>((resolve) => this.unanswered.push(() => resolve(this.bytes.subarray(start, end))));
    this.mostUnanswered = Math.max(this.mostUnanswered, this.unanswered.length);
    if (this.unanswered.length > 1) this.unanswered.shift()?.();
    const count = this.unanswered.length;
    setTimeout(() => {
      if (this.unanswered.length === count) this.unanswered.shift()?.();
    }, 20);
    return answer;
  }
}

describe('large files', () => {
  const large = largeFile();

  it('are read some MiB at a time, a few reads ahead and never all at once', async () => {
    const source = new PipelinedSource(large);
    const file = await openParquet(source);
    source.bytesRead = 0;
    const columns = await file.readColumns(['a', 'b']);
    expect(columns.map((column) => 'values' in column && column.values.length)).toEqual([GROUPS * ROWS_PER_GROUP, GROUPS * ROWS_PER_GROUP]);
    expect(source.bytesRead).toBeLessThan(large.length);
    expect(source.bytesRead).toBeGreaterThan(2 * GROUPS * MEBIBYTE);
    expect(source.largestRead).toBeLessThanOrEqual(8 * MEBIBYTE);
    expect(source.mostUnanswered).toBeGreaterThan(1);
    expect(source.mostUnanswered).toBeLessThanOrEqual(3);
  });

  it('are read no further once a read has failed', async () => {
    const source = new MemorySource(large);
    const file = await openParquet(source);
    source.reads.length = 0;
    const failure = new Error('the network is down');
    let reads = 0;
    source.read = () => {
      reads++;
      return Promise.reject(failure);
    };
    await expect(file.readColumns(['a', 'b'])).rejects.toBe(failure);
    expect(reads).toBeLessThanOrEqual(3);
  });
});

describe('a limit of memory', () => {
  const large = largeFile();

  it('refuses columns that would not fit, before anything of them is read', async () => {
    const source = new MemorySource(large);
    const file = await openParquet(source, { memoryLimit: 100 * MEBIBYTE });
    source.reads.length = 0;
    const error: unknown = await file.readColumns(['a', 'b']).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PartTooLargeError);
    expect(error).toBeInstanceOf(FrocketError);
    expect(error).toMatchObject({
      kind: 'LIMIT',
      limit: 100 * MEBIBYTE,
      message: expect.stringMatching(/^part-0\.parquet needs about \d{3} MiB of memory for 2 columns of 5,242,880 rows, and 100 MiB are available: .*smaller parts.*fewer columns.*more memory/) as string,
    });
    expect(source.reads).toEqual([]);
  });

  it('allows what fits: fewer columns', async () => {
    const needed = async (columns: string[]): Promise<number> => {
      const error: unknown = await (await openParquet(new MemorySource(large), { memoryLimit: 0 })).readColumns(columns).catch((thrown: unknown) => thrown);
      return error instanceof PartTooLargeError ? error.needed : 0;
    };
    const one = await needed(['a']);
    const both = await needed(['a', 'b']);
    // The decoded columns are held twice; what is under way is less than 50 MiB.
    expect(one).toBeGreaterThanOrEqual(80 * MEBIBYTE);
    expect(one).toBeLessThan(130 * MEBIBYTE);
    expect(both).toBeGreaterThanOrEqual(160 * MEBIBYTE);
    expect(both).toBeLessThan(210 * MEBIBYTE);
    const file = await openParquet(new MemorySource(large), { memoryLimit: one });
    await expect(file.readColumns(['a', 'a'])).resolves.toHaveLength(2);
    await expect(file.readColumns(['a', 'b'])).rejects.toBeInstanceOf(PartTooLargeError);
  });

  it('counts texts, which the width of a code does not', async () => {
    const page = dataPage(1, byteArrays('a'));
    const text = { name: 'text', type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type: 'REQUIRED' as const };
    const bytes = craftFile([text], [{ rows: 1, chunks: [{ pages: [page], uncompressedSize: 50 * MEBIBYTE }] }]);
    const file = await openParquet(new MemorySource(bytes), { memoryLimit: 50 * MEBIBYTE });
    await expect(file.readColumns(['text'])).rejects.toBeInstanceOf(PartTooLargeError);
  });
});
