import fc from 'fast-check';
import { StringDictionary } from '../../lambda/parquet/string-dictionary';

/** Texts one after the other in some memory, and where each lies. */
function laidOut(texts: readonly string[]): { bytes: Uint8Array; starts: Int32Array; ends: Int32Array } {
  const encoded = texts.map((text) => Buffer.from(text));
  const gap = Buffer.from('gap!');
  const bytes = new Uint8Array(Buffer.concat(encoded.flatMap((text) => [gap, text])));
  const starts = new Int32Array(texts.length);
  const ends = new Int32Array(texts.length);
  let position = 0;
  encoded.forEach((text, i) => {
    starts[i] = position += gap.length;
    ends[i] = position += text.length;
  });
  return { bytes, starts, ends };
}

/** The reference: codes in the order of first occurrence. */
function codesOf(pages: readonly (readonly string[])[]): { codes: number[][]; strings: string[] } {
  const known = new Map<string, number>();
  const codes = pages.map((texts) => texts.map((text) => {
    if (!known.has(text)) known.set(text, known.size);
    return known.get(text) ?? -1;
  }));
  return { codes, strings: [...known.keys()] };
}

function expectSame(pages: readonly (readonly string[])[]): void {
  const dictionary = new StringDictionary();
  const codes = pages.map((texts) => {
    const found = new Int32Array(texts.length);
    dictionary.addAll(laidOut(texts), found);
    return [...found];
  });
  const { strings, recode } = dictionary.strings();
  expect(recode).toBeNull();
  expect({ codes, strings }).toEqual(codesOf(pages));
}

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }),
  // Lengths about those at which bytes are taken eight, sixteen or more at a time, alike in front or behind.
  fc.tuple(fc.integer({ min: 6, max: 18 }), fc.constantFrom('a', 'b')).map(([length, last]) => 'x'.repeat(length) + last),
  fc.tuple(fc.integer({ min: 30, max: 150 }), fc.constantFrom('a', 'b')).map(([length, first]) => first + 'x'.repeat(length)),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.replaceAll('\ufffd', '')),
);

it('distinct texts are numbered as a map would, over several pages', () => {
  fc.assert(fc.property(fc.array(fc.array(text, { maxLength: 60 }), { maxLength: 4 }), expectSame), { numRuns: 400 });
});

it('so are more than one batch of them, most of them new, in memory that served others before', () => {
  const page = (first: number): string[] => Array.from({ length: 50_000 }, (_, i) => `session-${(first + i * 7) % 90_000}`);
  for (const pages of [[page(0), page(40_000)], [['a', ''], page(1)]]) expectSame(pages);
});
