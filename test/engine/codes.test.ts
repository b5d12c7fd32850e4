import { Codes } from '../../lambda/engine/codes';

const integers = Int32Array.of(0, -1, 254, 7);
const bytes = Uint8Array.of(1, 0, 255, 8);

test.each([['bytes', Codes.ofBytes(bytes)], ['integers', Codes.ofIntegers(integers)]])('codes given as %s are the same in either form', (form, codes) => {
  expect(codes.areBytes).toBe(form === 'bytes');
  expect(codes.areAllPresent).toBe(false);
  expect(codes.toIntegers()).toEqual(integers);
  expect(codes.byteLength).toBe(form === 'bytes' ? 4 : 16);
  expect(codes.integers).toEqual(integers);
  expect(codes.bytes).toEqual(bytes);
  expect(codes.areBytes).toBe(true);
  expect(codes.byteLength).toBe(20);
});

test('codes of rows without nulls say so', () => {
  expect(Codes.ofBytes(Uint8Array.of(1, 2)).areAllPresent).toBe(true);
  expect(Codes.ofIntegers(Int32Array.of(1, 2)).areAllPresent).toBe(true);
});
