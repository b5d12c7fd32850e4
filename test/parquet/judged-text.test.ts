/** Text that is only judged: what tests say of a row's code is what they say of its text as it is read otherwise. */
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { RE2JS } from 're2js';
import type { StringColumn } from '../../lambda/engine/columns';
import { textAutomaton } from '../../lambda/engine/pattern-automaton';
import { PartMemory } from '../../lambda/engine/part-memory';
import type { ColumnUses } from '../../lambda/parquet/chunk-takers';
import { openParquet } from '../../lambda/parquet/parquet-file';
import type { NeedleTest, TextTest } from '../../lambda/parquet/text-tests';
import type { CraftedPage } from './craft-file';
import { byteArrays, bytes, craftColumn, dataPage, dictionaryPage } from './craft-file';
import { MemorySource } from './memory-source';

/** A test, and what a regular expression is made of. */
type Asked = NeedleTest | { readonly kind: 'matches'; readonly pattern: string };

function testOf(asked: Asked): TextTest {
  if (asked.kind !== 'matches') return asked;
  const automaton = textAutomaton(asked.pattern);
  if (automaton === null) throw new Error(`no automaton for ${asked.pattern}`);
  return { kind: 'matches', automaton };
}

/** The column read with its values, and judged. */
async function readBoth(file: Uint8Array, asked: readonly Asked[]): Promise<readonly [StringColumn, StringColumn]> {
  const parquet = await openParquet(new MemorySource(file));
  const [whole] = await parquet.readColumns(['c']);
  const [judged] = await parquet.readColumns(['c'], new PartMemory(), { judged: { tests: new Map([['c', asked.map(testOf)]]), memory: new PartMemory() } });
  if (whole.type !== 'STRING' || judged.type !== 'STRING') throw new Error('text is read as strings');
  return [whole, judged];
}

function predicate(asked: Asked): (text: string) => boolean {
  switch (asked.kind) {
    case 'is':
      return (text) => asked.texts.includes(text);
    case 'starts':
      return (text) => asked.texts.some((each) => text.startsWith(each));
    case 'ends':
      return (text) => asked.texts.some((each) => text.endsWith(each));
    case 'contains':
      return (text) => asked.texts.some((each) => text.includes(each));
    case 'matches': {
      const pattern = RE2JS.compile(asked.pattern);
      return (text) => pattern.test(text);
    }
  }
}

/** Per row what each test says; null for a null. */
function said({ codes, dictionary }: StringColumn, asked: readonly Asked[]): (boolean[] | null)[] {
  const predicates = asked.map(predicate);
  const ofTexts = dictionary.map((text) => predicates.map((holds) => holds(text)));
  return Array.from(codes.integers, (code) => (code === -1 ? null : ofTexts[code]));
}

async function expectAlike(file: Uint8Array, tests: readonly Asked[]): Promise<void> {
  const [whole, judged] = await readBoth(file, tests);
  expect(said(judged, tests)).toEqual(said(whole, tests));
}

/** Of few letters, so that much is found, some of it nearly; long ones too. */
const letters = fc.constantFrom('a', 'a', 'b', 'é', '😀');
const text = fc.oneof(
  { weight: 6, arbitrary: fc.array(letters, { maxLength: 9, size: 'max' }) },
  { weight: 2, arbitrary: fc.array(letters, { minLength: 10, maxLength: 70, size: 'max' }) },
).map((parts) => parts.join(''));
const askedOf = (texts: fc.Arbitrary<string>): fc.Arbitrary<Asked> => fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('is' as const, 'starts' as const, 'ends' as const, 'contains' as const), texts: fc.array(texts, { minLength: 1, maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('matches' as const), pattern: fc.tuple(texts, fc.constantFrom('^', '^.?', '', 'é*'), fc.constantFrom('$', '.+', '', '[^a]')).map(([middle, before, behind]) => `${before}${middle}${behind}`) }) },
);

/** Texts, and tests for parts of them and others. */
const asked = fc.array(fc.option(text, { freq: 6 }), { minLength: 1, maxLength: 60, size: 'max' }).chain((texts) => {
  const present = texts.flatMap((each) => each ?? []);
  const part = fc.tuple(fc.constantFrom('', ...present), fc.nat(70), fc.nat(40)).map(([whole, start, length]) => [...whole].slice(start % ([...whole].length + 1)).slice(0, length).join(''));
  return fc.record({ texts: fc.constant(texts), tests: fc.array(askedOf(fc.oneof(part, text, fc.constantFrom('', ...present))), { minLength: 1, maxLength: 7 }) });
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
  const tests: Asked[] = (['is', 'starts', 'ends', 'contains'] as const).map((kind) => ({ kind, texts: ['é', 'a'] }));
  tests.push({ kind: 'matches', pattern: '^.a?$' }, { kind: 'matches', pattern: '\\x{FFFD}.a' });
  await expectAlike(columnOf(values.length, [dataPage(values.length, byteArrays(...values))]), tests);
});

it('pages with and without a dictionary in one column, and an entry that no row has', async () => {
  const pages = [dictionaryPage(3, byteArrays('view', 'buy', 'leave')), dataPage(4, bytes([2, 3, 0b01_00_01_00, 0]), { encoding: 'RLE_DICTIONARY' }), dataPage(2, byteArrays('return', 'view'))];
  const tests: Asked[] = [{ kind: 'is', texts: ['view'] }, { kind: 'matches', pattern: '.e' }];
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

it('more texts than are read by an automaton in turns, of very different lengths', async () => {
  const random = (index: number, below: number) => (Math.imul(index + 1, 0x9e3779b1) >>> 8) % below;
  for (const count of [511, 512, 513, 515, 2049]) {
    const texts = Array.from({ length: count }, (_, index) => {
      const body = 'ab'.repeat(random(index, 5) === 0 ? random(index, 400) : random(index, 9)) + 'a'.repeat(index % 3);
      return random(3 * index, 4) === 0 ? `x${body}` : body;
    });
    await expectAlike(columnOf(count, [dataPage(count, byteArrays(...texts))]), ['^x', 'aa$', '^(ab)*$', 'b(abab)+aa?$', 'x'].map((pattern) => ({ kind: 'matches', pattern })));
  }
});

it.each([
  ['a text longer than its page', [...byteArrays('ab'), 9, 0, 0, 0, 97], 'a byte array of 9 bytes'],
  ['fewer texts than there should be', [...byteArrays('abcdef')], 'after 1 of 2'],
  ['many texts, but fewer than there should be', [...byteArrays(...Array.from({ length: 600 }, () => 'ab'))], 'after 600 of 601', 601],
] as const)('%s is refused', async (_, body, reason, count: number = 2) => {
  const file = columnOf(count, [dataPage(count, Uint8Array.from(body))]);
  const parquet = await openParquet(new MemorySource(file));
  const refusalOf = (uses: ColumnUses) => parquet.readColumns(['c'], new PartMemory(), uses).then(() => 'read', String);
  const refusal = await refusalOf({});
  expect(refusal).toContain(reason);
  for (const test of [{ kind: 'is', texts: ['ab'] } as const, testOf({ kind: 'matches', pattern: '^a' })]) {
    expect(await refusalOf({ judged: { tests: new Map([['c', [test]]]), memory: new PartMemory() } })).toBe(refusal);
  }
});
