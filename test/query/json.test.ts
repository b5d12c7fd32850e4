import fc from 'fast-check';
import { parseJson, stringifyJson } from '../../lambda/query/json';
import { failureOf } from './parse-failure';

describe('reading JSON', () => {
  test.each([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740992', 9_007_199_254_740_992n],
    ['-9007199254740992', -9_007_199_254_740_992n],
    ['123456789012345678901234567890', 123_456_789_012_345_678_901_234_567_890n],
    ['1.5', 1.5],
    ['1e2', 100],
    ['12345678901234567.25e2', 1_234_567_890_123_456_725n],
    ['9007199254740993.5', 9_007_199_254_740_994],
    ['0.1', 0.1],
    ['1e300', 1e300],
    ['1e400', Infinity],
    ['1e-400', 0],
    ['"1"', '1'],
    ['[ ]', []],
    ['null', null],
  ])('%s', (text, expected) => {
    expect(parseJson(text)).toStrictEqual(expected);
  });

  test('everything that JSON.parse reads, alike, where no integer is large', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        fc.pre(!/[0-9]{16}|[eE][+]?[0-9]{2}/.test(text) && noDuplicates(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    ['{"a": 1', /line 1, column 8/],
    ['{\n  "a": 01\n}', /line 2, column 9/],
    ['[1,]', /line 1, column 4/],
    ["{'a': 1}", /column 2/],
    ['', /end of input/],
    ['{} x', /column 4/],
    ['"\\x"', /escape/],
    ['NaN', /column 1/],
  ])('text that is not JSON is refused with its position: %s', (text, hint) => {
    const error = failureOf(() => parseJson(text));
    expect(error).toMatchObject({ kind: 'SCHEMA', path: '' });
    expect(error.message).toMatch(hint);
  });

  test.each([
    ['{"a": 1, "a": 2}', /duplicate key "a" at line 1, column 10/],
    ['{"a": 1, "a": 1}', /duplicate key "a"/],
    ['[{"x": {"b": [{"b": 1}], "b": null}}]', /duplicate key "b" at line 1, column 26/],
    ['{"a": 1, "\\u0061" : 1}', /duplicate key "a"/],
    ['{"__proto__": 1, "__proto__": 2}', /duplicate key "__proto__"/],
  ])('a key may stand once only: %s', (text, hint) => {
    expect(failureOf(() => parseJson(text)).message).toMatch(hint);
  });

  test('what looks like a key within a string, or stands in another object, is none', () => {
    expect(parseJson('[{"a": "\\"a\\": {", "b": {"a": "\\\\"}}, {"a": "a"}, "a", "a"]')).toEqual([{ a: '"a": {', b: { a: '\\' } }, { a: 'a' }, 'a', 'a']);
  });

  test('keys that would change an object are ordinary', () => {
    const value = parseJson('{"__proto__": {"admin": true}, "constructor": 1}');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(value).not.toHaveProperty('admin');
  });

  test.each(['[', '{"a":', '[{"a":'])('bottomless nesting of %s is refused, not run out of stack', (opening) => {
    const error = failureOf(() => parseJson(opening.repeat(200_000)));
    expect(error).toMatchObject({ kind: 'SCHEMA', path: '' });
    expect(error.message).toMatch(/1000 deep/);
  });

  test('nesting up to the limit is read', () => {
    expect(stringifyJson(parseJson('['.repeat(1000) + ']'.repeat(1000)))).toHaveLength(2000);
  });
});

describe('writing JSON', () => {
  test.each([
    [12_345_678_901_234_567_890n, '12345678901234567890'],
    [NaN, 'null'],
    [-Infinity, 'null'],
    [undefined, 'null'],
    [{ a: undefined, b: [undefined, () => 1], c: () => 1 }, '{"b":[null,null]}'],
    [new Map([['10', 1], ['9', 2], ['a', 3]]), '{"10":1,"9":2,"a":3}'],
    [{ value: new Map<string, unknown>([['2', new Map()], ['1', undefined]]) }, '{"value":{"2":{}}}'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['"\u2028\ud800', '"\\"\u2028\\ud800"'],
  ])('%p', (value, expected) => {
    expect(stringifyJson(value)).toBe(expected);
  });

  test('as JSON.stringify does, where that can', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(stringifyJson(value)).toBe(JSON.stringify(value))));
  });

  test('so that reading it gives the same again', () => {
    const numbers = fc.oneof(
      fc.maxSafeInteger(),
      fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        numbers.map((number) => (number === 0 ? 0 : number)),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '1')), tie('value'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(fc.property(value, (original) => expect(parseJson(stringifyJson(original))).toEqual(original)));
  });
});

/** JSON.parse takes duplicate keys; rewriting drops them and so changes the count of keys. */
function noDuplicates(text: string): boolean {
  const colons = (json: string): number => json.match(/"\s*:/g)?.length ?? 0;
  return colons(text) === colons(JSON.stringify(JSON.parse(text)));
}
