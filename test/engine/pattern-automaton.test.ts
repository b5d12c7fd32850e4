/** Regular expressions as automata over bytes: they say what RE2JS says of the string that the bytes are read as. */
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { END, textAutomaton, type TextAutomaton } from '../../lambda/engine/pattern-automaton';

function matches({ next, start, accepted }: TextAutomaton, text: Uint8Array): boolean {
  let state = start;
  for (const byte of text) state = next[state + byte];
  state = next[state + END];
  if (state !== 0 && state !== accepted) throw new Error(`a text ends in state ${state}`);
  return state === accepted;
}

function automatonOf(pattern: string): TextAutomaton {
  const automaton = textAutomaton(pattern);
  if (automaton === null) throw new Error(`no automaton for ${pattern}`);
  return automaton;
}

function expectAlike(pattern: string, texts: readonly Uint8Array[]): void {
  const automaton = automatonOf(pattern);
  const compiled = RE2JS.compile(pattern);
  const judgedOtherwise = texts.filter((text) => matches(automaton, text) !== compiled.test(Buffer.from(text).toString()));
  expect({ pattern, judgedOtherwise }).toEqual({ pattern, judgedOtherwise: [] });
}

/** Letters of each length in UTF-8, at the bounds of what sequences may be, and such as fold to others of another length. */
const letters = ['a', 'b', 'k', 'K', '_', '7', ' ', '\n', '-', '\u007f', '\u0080', 'é', 'É', '\u07ff', '\u0800', 'ſ', '\u212a', 'σ', 'ς', '\ud7ff', '\ue000', '\ufffd', '\uffff', '😀', '\u{10000}', '\u{10ffff}'];
const ranges = ['[a-k]', '[^a-k]', '[é-ς]', '[^é]', '[\\x{100}-\\x{2000}]', '[a😀-\\x{1F64F}]', '[^\\n\\x{FFFD}]', '[\\x{D000}-\\x{F000}]', '\\d', '\\W', '\\s', '.', '(?s:.)', '\\p{Greek}', '[[:upper:]]'];
const places = ['^', '$', '\\b', '\\B', '\\A', '\\z', '(?m:^)', '(?m:$)'];
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...letters).map((letter) => letter),
    fc.constantFrom(...ranges, ...places),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => parts.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map((parts) => `(?:${parts.join('|')})`),
    fc.tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '*?', '{2}', '{1,2}')).map(([repeated, times]) => `(?:${repeated})${times}`),
    tie('pattern').map((folded) => `(?i:${folded})`),
    tie('pattern').map((captured) => `(${captured})`),
  ),
}));
const text = fc.array(fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...letters).map((letter) => [...Buffer.from(letter)]) },
  { weight: 1, arbitrary: fc.constantFrom(0x80, 0xbf, 0xc0, 0xc2, 0xc3, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff, 0x90, 0x9f, 0xa0).map((byte) => [byte]) },
), { maxLength: 12, size: 'max' }).map((parts) => Uint8Array.from(parts.flat()));

test('any pattern on any bytes', () => {
  let without = 0;
  fc.assert(fc.property(pattern, fc.array(text, { minLength: 20, maxLength: 20 }), (source, texts) => {
    if (textAutomaton(source) === null) without++;
    else expectAlike(source, texts);
  }), { numRuns: 1000 });
  expect(without).toBeLessThan(200);
});

test('sequences of bytes at each bound of what is well-formed', () => {
  const leads = [0x61, 0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff];
  const followers = [0x61, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc2];
  const longer = (sequences: number[][]) => sequences.flatMap((sequence) => followers.map((byte) => [...sequence, byte]));
  const one = leads.map((lead) => [lead]);
  const [two, three, four] = [longer(one), longer(longer(one)), longer(longer(longer(one)))];
  const texts = [...one, ...two, ...three, ...four].map((sequence) => Uint8Array.from(sequence));
  for (const pattern of ['^.$', '^..$', '^...$', '[\\x{800}-\\x{D7FF}]', '[\\x{10000}-\\x{10FFFF}]']) expectAlike(pattern, texts);
});

test('a text is rejected by the first byte with which it cannot match any more', () => {
  const { next, start, accepted } = automatonOf('^(ab|é)c');
  expect(next[start + 'b'.charCodeAt(0)]).toBe(0);
  expect(next[start + 0xe0]).toBe(0);
  const behindA = next[start + 'a'.charCodeAt(0)];
  expect(behindA).toBeGreaterThan(accepted);
  expect(next[behindA + 'a'.charCodeAt(0)]).toBe(0);
});

test.each(['(a|b)*a(a|b){12}', '\\pL\\pN\\pL', 'x{600}'])('%s has no automaton', (source) => {
  expect(textAutomaton(source)).toBeNull();
});
