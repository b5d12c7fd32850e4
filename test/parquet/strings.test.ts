import fc from 'fast-check';
import { openParquet } from '../../lambda/parquet/parquet-file';
import { byteArrays, craftFile, dataPage, dictionaryPage } from './craft-file';
import type { CraftedPage } from './craft-file';
import { MemorySource } from './memory-source';

const TEXT = { name: 'c', type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type: 'REQUIRED' as const };

async function read(groups: { rows: number; pages: CraftedPage[] }[]): Promise<{ texts: string[]; dictionary: readonly string[] }> {
  const file = await openParquet(new MemorySource(craftFile([TEXT], groups.map(({ rows, pages }) => ({ rows, chunks: [{ pages }] })))));
  const [column] = await file.readColumns(['c']);
  if (column.type !== 'STRING') throw new Error(`a column of type ${column.type}`);
  return { texts: Array.from(column.codes.integers, (code) => column.dictionary[code]), dictionary: column.dictionary };
}

/** A piece at a time, since functions take only so many arguments. */
function plainBytes(texts: string[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < texts.length; i += 1000) pieces.push(byteArrays(...texts.slice(i, i + 1000)));
  return new Uint8Array(Buffer.concat(pieces));
}

const plain = (texts: string[]): { rows: number; pages: CraftedPage[] } => ({ rows: texts.length, pages: [dataPage(texts.length, plainBytes(texts))] });

describe('columns of text', () => {
  it('give every text back, and each distinct one once, in the order of the rows', async () => {
    // Few letters, and lengths around those at which texts are compared otherwise: many alike, many that nearly are.
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '漢', '😀'), maxLength: 9 });
    const long = fc.tuple(fc.constantFrom(0, 2, 3, 4, 5, 7, 8, 59, 60, 64, 65, 200), text).map(([length, end]) => 'x'.repeat(length) + end);
    await fc.assert(fc.asyncProperty(fc.array(fc.array(long, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 }), async (groups) => {
      const { texts, dictionary } = await read(groups.map(plain));
      expect(texts).toEqual(groups.flat());
      expect(dictionary).toEqual([...new Set(groups.flat())]);
    }));
  });

  it('may have a hundred thousand distinct ones, plain and in dictionaries that overlap', async () => {
    const names = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `session-${(from + i) * 7}`);
    const inDictionary = names(50_000, 110_000);
    // Indices 0 to 59,999 in 16 bits each, bit-packed: 7,500 groups of eight.
    const indices = Uint8Array.of(16, ...[0x99, 0x75], ...new Uint8Array(Uint16Array.from(inDictionary, (_, i) => i).buffer));
    const coded = { rows: inDictionary.length, pages: [dictionaryPage(inDictionary.length, plainBytes(inDictionary)), dataPage(inDictionary.length, indices, { encoding: 'RLE_DICTIONARY' })] };
    const { texts, dictionary } = await read([plain(names(0, 60_000)), coded, plain(names(0, 10))]);
    expect(texts).toEqual([...names(0, 60_000), ...inDictionary, ...names(0, 10)]);
    expect(dictionary).toEqual(names(0, 110_000));
  });

  it('may be sorted, with rows that have none among them', async () => {
    // Levels as bits, of which those of the rows with a text are set.
    const rows = Array.from({ length: 16 }, (_, row) => (row % 5 === 4 ? null : `user-${row >> 2}`));
    const levels = Uint8Array.of(3, 0, 0, 0, 5, ...[0, 8].map((from) => rows.slice(from, from + 8).reduce((bits, value, bit) => bits | (value === null ? 0 : 1 << bit), 0)));
    const present = rows.filter((value) => value !== null);
    const page = dataPage(rows.length, new Uint8Array(Buffer.concat([levels, plainBytes(present)])));
    const file = await openParquet(new MemorySource(craftFile([{ ...TEXT, repetition_type: 'OPTIONAL' }], [{ rows: rows.length, chunks: [{ pages: [page] }] }])));
    const [column] = await file.readColumns(['c']);
    if (column.type !== 'STRING') throw new Error(`a column of type ${column.type}`);
    expect(Array.from(column.codes.integers, (code) => (code === -1 ? null : column.dictionary[code]))).toEqual(rows);
    expect(column.dictionary).toEqual(['user-0', 'user-1', 'user-2', 'user-3']);
  });

  it.each([254, 255, 256, 300])('may be %i different ones by the end, with pages of none among them', async (distinct) => {
    const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `text ${from + index}`);
    // One run of more than 63 rows, whose length takes two bytes.
    const levelsOf = (rows: number, level: number) => Uint8Array.of(3, 0, 0, 0, ((rows << 1) & 0x7f) | 0x80, rows >> 6, level);
    const withLevels = (texts: string[]) => dataPage(texts.length, new Uint8Array(Buffer.concat([levelsOf(texts.length, 1), plainBytes(texts)])));
    const none = dataPage(70, levelsOf(70, 0));
    const [first, second] = [numbered(0, 200), numbered(100, distinct)];
    const file = await openParquet(new MemorySource(craftFile([{ ...TEXT, repetition_type: 'OPTIONAL' }], [
      { rows: 270, chunks: [{ pages: [withLevels(first), none] }] }, { rows: 70 + second.length, chunks: [{ pages: [none, withLevels(second)] }] },
    ])));
    const [column] = await file.readColumns(['c']);
    if (column.type !== 'STRING') throw new Error(`a column of type ${column.type}`);
    expect(column.codes.areBytes).toBe(distinct <= 255);
    const nothing = new Array<null>(70).fill(null);
    expect(Array.from(column.codes.integers, (code) => (code === -1 ? null : column.dictionary[code]))).toEqual([...first, ...nothing, ...nothing, ...second]);
  });
});
