/** Text that is only judged: what tests say of a row's code is what they say of its text as it is read otherwise. */
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { StringColumn } from '../../lambda/engine/columns';
import { PartMemory } from '../../lambda/engine/part-memory';
import { openParquet } from '../../lambda/parquet/parquet-file';
import type { TextTest } from '../../lambda/parquet/text-tests';
import type { CraftedPage } from './craft-file';
import { byteArrays, bytes, craftColumn, dataPage, dictionaryPage } from './craft-file';
import { MemorySource } from './memory-source';

/** The column read with its values, and judged. */
async function readBoth(file: Uint8Array, tests: readonly TextTest[]): Promise<readonly [StringColumn, StringColumn]> {
  const parquet = await openParquet(new MemorySource(file));
  const [whole] = await parquet.readColumns(['c']);
  const [judged] = await parquet.readColumns(['c'], new PartMemory(), { judged: { tests: new Map([['c', tests]]), memory: new PartMemory() } });
  if (whole.type !== 'STRING' || judged.type !== 'STRING') throw new Error('text is read as strings');
  return [whole, judged];
}

function holds({ kind, texts }: TextTest, text: string): boolean {
  switch (kind) {
    case 'is':
      return texts.includes(text);
    case 'starts':
      return texts.some((each) => text.startsWith(each));
    case 'ends':
      return texts.some((each) => text.endsWith(each));
    case 'contains':
      return texts.some((each) => text.includes(each));
  }
}

/** Per row what each test says; null for a null. */
function said({ codes, dictionary }: StringColumn, tests: readonly TextTest[]): (boolean[] | null)[] {
  return Array.from(codes.integers, (code) => (code === -1 ? null : tests.map((test) => holds(test, dictionary[code]))));
}

async function expectAlike(file: Uint8Array, tests: readonly TextTest[]): Promise<void> {
  const [whole, judged] = await readBoth(file, tests);
  expect(said(judged, tests)).toEqual(said(whole, tests));
}

/** Of few letters, so that much is found, some of it nearly; long ones too. */
const letters = fc.constantFrom('a', 'a', 'b', 'é', '😀');
const text = fc.oneof(
  { weight: 6, arbitrary: fc.array(letters, { maxLength: 9, size: 'max' }) },
  { weight: 2, arbitrary: fc.array(letters, { minLength: 10, maxLength: 70, size: 'max' }) },
).map((parts) => parts.join(''));
const testOf = (texts: fc.Arbitrary<string>): fc.Arbitrary<TextTest> => fc.record({
  kind: fc.constantFrom('is' as const, 'starts' as const, 'ends' as const, 'contains' as const), texts: fc.array(texts, { minLength: 1, maxLength: 3 }),
});

/** Texts, and tests for parts of them and others. */
const asked = fc.array(fc.option(text, { freq: 6 }), { minLength: 1, maxLength: 60, size: 'max' }).chain((texts) => {
  const present = texts.flatMap((each) => each ?? []);
  const part = fc.tuple(fc.constantFrom('', ...present), fc.nat(70), fc.nat(40)).map(([whole, start, length]) => [...whole].slice(start % ([...whole].length + 1)).slice(0, length).join(''));
  return fc.record({ texts: fc.constant(texts), tests: fc.array(testOf(fc.oneof(part, text, fc.constantFrom('', ...present))), { minLength: 1, maxLength: 7 }) });
});

it.each([undefined, 'PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'] as const)('texts in encoding %s, nulls among them', async (encoding) => {
  await fc.assert(fc.asyncProperty(asked, async ({ texts, tests }) => {
    const file = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'c', data: texts, type: 'STRING', nullable: true, ...(encoding === undefined ? {} : { encoding }) }], rowGroupSize: 25 }));
    await expectAlike(file, tests);
  }), { numRuns: 200 });
});

const element = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const columnOf = (rows: number, pages: readonly CraftedPage[]) => craftColumn(element, rows, pages);

it('text that is ill-formed, which reads as something else', async () => {
  const values = [[0xc3], [0xa9], [0x61, 0xc3, 0x61], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0xbd], [0xc3, 0xc3, 0xa9], [0xc3, 0xa9, 0xa9], [0xff, 0x61]];
  const tests: TextTest[] = (['is', 'starts', 'ends', 'contains'] as const).map((kind) => ({ kind, texts: ['é', 'a'] }));
  await expectAlike(columnOf(values.length, [dataPage(values.length, byteArrays(...values))]), tests);
});

it('pages with and without a dictionary in one column, and an entry that no row has', async () => {
  const pages = [dictionaryPage(3, byteArrays('view', 'buy', 'leave')), dataPage(4, bytes([2, 3, 0b01_00_01_00, 0]), { encoding: 'RLE_DICTIONARY' }), dataPage(2, byteArrays('return', 'view'))];
  const tests: TextTest[] = [{ kind: 'is', texts: ['view'] }, { kind: 'contains', texts: ['e'] }];
  const [whole, judged] = await readBoth(columnOf(6, pages), tests);
  expect(said(whole, tests)).toEqual([[true, true], [false, false], [true, true], [false, false], [false, true], [true, true]]);
  expect(said(judged, tests)).toEqual(said(whole, tests));
});

it('a part is found at each place of a text, up to the end of the page', async () => {
  for (const size of [1, 2, 3, 15, 16, 17, 18, 33]) {
    const part = Array.from({ length: size }, (_, index) => String.fromCharCode(98 + (index % 20))).join('');
    const texts = Array.from({ length: 40 }, (_, place) => `${'a'.repeat(place)}${part}${'a'.repeat(place % 3)}`).flatMap((whole) => [whole, whole.replace(part, `${part.slice(0, -1)}a`)]);
    await expectAlike(columnOf(texts.length, [dataPage(texts.length, byteArrays(...texts))]), [{ kind: 'contains', texts: [part] }, { kind: 'ends', texts: [part] }, { kind: 'is', texts: [part] }]);
  }
});

it.each([
  ['a text longer than its page', [...byteArrays('ab'), 9, 0, 0, 0, 97], 'a byte array of 9 bytes'],
  ['fewer texts than there should be', [...byteArrays('abcdef')], 'after 1 of 2'],
])('%s is refused', async (_, body, reason) => {
  const file = columnOf(2, [dataPage(2, Uint8Array.from(body))]);
  const tests: TextTest[] = [{ kind: 'is', texts: ['ab'] }];
  const judged = { tests: new Map([['c', tests]]), memory: new PartMemory() };
  const parquet = await openParquet(new MemorySource(file));
  const refusals = await Promise.all([parquet.readColumns(['c'], new PartMemory(), { judged }), parquet.readColumns(['c'])].map((read) => read.then(() => 'read', String)));
  expect(refusals[0]).toBe(refusals[1]);
  expect(refusals[0]).toContain(reason);
});
