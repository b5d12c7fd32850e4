import { parseRegisterRequest } from '../../lambda/invoker/register-request';

const request = { name: 'shop', basepath: '/data/shop', groupIdColumn: 'user', timestampColumn: 'time' };

test('a request is taken as it is', () => {
  expect(parseRegisterRequest(request)).toEqual(request);
});

test.each([
  ['a missing property', { basepath: undefined }, 'basepath must be a non-empty text'],
  ['an empty text', { groupIdColumn: '' }, 'groupIdColumn must be a non-empty text, not ""'],
  ['another type', { validateUniques: 'yes' }, 'validateUniques must be true or false, not "yes"'],
  ['an unknown choice', { validationMode: 'ALL' }, 'validationMode must be one of "SINGLE", "FIRST_LAST" or "SAMPLE", not "ALL"'],
  ['a name that is too long', { name: 'x'.repeat(513) }, 'name must be a text of 1 to 512 characters'],
  ['a name that no URL can hold', { name: '..' }, "name must be possible in a URL, unlike '.', '..' and broken Unicode"],
])('%s is told in words, with what would be right', (_, more, message) => {
  expect(() => parseRegisterRequest({ ...request, ...more })).toThrow(message);
});

test('of a misspelt property its name is told, rather than that the right one is missing', () => {
  const { basepath, ...rest } = request;
  expect(() => parseRegisterRequest({ ...rest, basepaht: basepath })).toThrow('basepaht is no property known here; did you mean "basepath"?');
});

test('what is no object is refused', () => {
  expect(() => parseRegisterRequest([])).toThrow('The registration request must be an object, not []');
});
