import fc from 'fast-check';
import { PartMemory } from '../../lambda/engine/part-memory';
import { StringDictionary } from '../../lambda/parquet/string-dictionary';

/** Texts one after the other in some memory, and where each lies. */
function laidOut(texts: readonly (string | Uint8Array)[]): { bytes: Uint8Array; starts: Int32Array; ends: Int32Array } {
  const encoded = texts.map((text) => (typeof text === 'string' ? Buffer.from(text) : text));
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
  const { strings, recode } = dictionary.strings(new PartMemory());
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

it('so are texts in order, each several times, up to one that is out of order, if any', () => {
  const sorted = fc.array(fc.tuple(text, fc.integer({ min: 1, max: 3 })), { maxLength: 80 }).map((runs) =>
    runs.map(([value, times]) => ({ bytes: Buffer.from(value), value, times })).sort((left, right) => left.bytes.compare(right.bytes))
      .flatMap(({ value, times }) => new Array<string>(times).fill(value)));
  fc.assert(fc.property(fc.array(sorted, { minLength: 1, maxLength: 2 }), fc.array(text, { maxLength: 3 }), fc.integer({ min: 0, max: 80 }), (pieces, others, at) => {
    const texts = pieces.flat();
    // The same in one page, in two of which the second begins with the first's last text, and with others among them.
    expectSame([texts]);
    expectSame([texts.slice(0, at), texts.slice(Math.max(0, at - 1))]);
    expectSame([[...texts.slice(0, at), ...others, ...texts.slice(at)]]);
  }), { numRuns: 400 });
});

it('so are texts of any length that differ in one byte, in whatever order', () => {
  const texts = Array.from({ length: 70 }, (_, length) => Array.from({ length }, (_, at) => ['a', 'b'].map((letter) => 'x'.repeat(at) + letter + 'x'.repeat(length - at - 1))).flat()).flat();
  for (const page of [texts, texts.toReversed(), [...texts].sort()]) expectSame([['', '', ...page, ''], page]);
});

it('ill-formed texts that read the same are one, also where all of them together are well-formed', () => {
  const read = (texts: readonly (string | Uint8Array)[]): { codes: number[]; strings: readonly string[] } => {
    const dictionary = new StringDictionary();
    const codes = new Int32Array(texts.length);
    dictionary.addAll(laidOut(texts), codes);
    const { strings, recode } = dictionary.strings(new PartMemory());
    return { codes: [...codes].map((code) => recode?.[code] ?? code), strings };
  };
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
  expect(read(['a', bytes(0xff), 'b', bytes(0xfe), '\ufffd', 'b'])).toEqual({ codes: [0, 1, 2, 1, 1, 2], strings: ['a', '\ufffd', 'b'] });
  // An é in two halves.
  expect(read([bytes(0xc3), bytes(0xa9), 'é'])).toEqual({ codes: [0, 0, 1], strings: ['\ufffd', 'é'] });
  expect(read(['é', '\ufffd', '\ufeff', '', 'é'])).toEqual({ codes: [0, 1, 2, 3, 0], strings: ['é', '\ufffd', '\ufeff', ''] });
});
