import fc from 'fast-check';
import { PartMemory } from '../../lambda/engine/part-memory';
import { StringDictionary } from '../../lambda/parquet/string-dictionary';

/** As in a page: each behind its length in 4 bytes. */
function laidOut(texts: readonly (string | Uint8Array)[]): Uint8Array {
  return new Uint8Array(Buffer.concat(texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  })));
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
    dictionary.addPlain(laidOut(texts), found);
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

it('so are texts of some 100 KB among short ones, none of them or each in order', () => {
  const long = [254, 255, 256, 65_531, 65_532, 65_533, 70_000, 200_000].flatMap((length) => ['a', 'b'].map((last) => 'x'.repeat(length - 1) + last));
  const short = Array.from({ length: 20_000 }, (_, i) => `short-${i % 700}`);
  const page = [...short, ...long, ...short.slice(0, 9), ...long.toReversed(), ''];
  expectSame([page, page.slice(500)]);
  expectSame([[...long].sort(), long]);
});

it('texts that end beyond the page are refused, however far into it', () => {
  const page = laidOut(Array.from({ length: 30_000 }, (_, i) => `text-${i % 20_000}`));
  const coded = (bytes: Uint8Array, count: number): void => new StringDictionary().addPlain(bytes, new Int32Array(count));
  expect(() => coded(page, 30_001)).toThrow('the page ends after 30000 of 30001 byte arrays');
  expect(() => coded(page.subarray(0, page.length - 8), 30_000)).toThrow('a byte array of 9 bytes, 1 are left');
  expect(() => coded(page.subarray(0, page.length - 10), 30_000)).toThrow('the page ends after 29999 of 30000 byte arrays');
});

it('ill-formed texts that read the same are one, also where all of them together are well-formed', () => {
  const read = (texts: readonly (string | Uint8Array)[]): { codes: number[]; strings: readonly string[] } => {
    const dictionary = new StringDictionary();
    const codes = new Int32Array(texts.length);
    dictionary.addPlain(laidOut(texts), codes);
    const { strings, recode } = dictionary.strings(new PartMemory());
    return { codes: [...codes].map((code) => recode?.[code] ?? code), strings };
  };
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
  expect(read(['a', bytes(0xff), 'b', bytes(0xfe), '\ufffd', 'b'])).toEqual({ codes: [0, 1, 2, 1, 1, 2], strings: ['a', '\ufffd', 'b'] });
  // An é in two halves.
  expect(read([bytes(0xc3), bytes(0xa9), 'é'])).toEqual({ codes: [0, 0, 1], strings: ['\ufffd', 'é'] });
  expect(read(['é', '\ufffd', '\ufeff', '', 'é'])).toEqual({ codes: [0, 1, 2, 3, 0], strings: ['é', '\ufffd', '\ufeff', ''] });
});
