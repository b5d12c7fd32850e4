import { PartMemory } from '../../lambda/engine/part-memory';

const MEBIBYTE = 2 ** 20;

test('Memory that is given back serves arrays of about its size, and ends those that it had', () => {
  const first = new PartMemory();
  const given = [first.doubles(50_000).fill(1), first.integers(50_000).fill(2), first.bytes(100_000).fill(3)];
  const buffers = given.map(({ buffer }) => buffer.byteLength);
  first.giveBack();
  expect(buffers).toEqual([400_000, 200_000, 100_000]);
  expect(given.map(({ length }) => length)).toEqual([0, 0, 0]);

  const second = new PartMemory();
  expect(second.doubles(49_000).buffer.byteLength).toBe(400_000);
  expect(second.integers(50_000)[49_999]).toBe(2);
  // Far smaller than what is left.
  expect(second.bytes(70_000).buffer.byteLength).toBe(70_000);
});

test('Large arrays serve again as they are', () => {
  const former = new PartMemory();
  const [large, small] = [former.doubles(2 ** 19 + 1).fill(1), former.doubles(2 ** 19).fill(2)];
  former.giveBack();
  expect([large.length, small.length]).toEqual([2 ** 19 + 1, 0]);
  const next = new PartMemory();
  const again = next.doubles(2 ** 19 + 1);
  expect([again.buffer === large.buffer, again[2 ** 19], next.doubles(2 ** 19)[0]]).toEqual([true, 1, 2]);
});

test('Arrays of two parts never share memory', () => {
  const former = new PartMemory();
  former.doubles(20_000);
  former.giveBack();
  const parts = [new PartMemory(), new PartMemory()].map((memory) => memory.doubles(20_000));
  parts[0].fill(1);
  parts[1].fill(2);
  expect(parts[0].every((value) => value === 1)).toBe(true);
});

test('What is let go is not given to others', () => {
  const memory = new PartMemory();
  const array = memory.doubles(33_000).fill(7);
  memory.letGo();
  const later = memory.doubles(33_000);
  memory.giveBack();
  expect([array.length, later.length]).toEqual([33_000, 33_000]);
});

test('Parts of a kind soon take nothing anew, in whatever order theirs is given back', () => {
  const taken: number[] = [];
  const take = (memory: PartMemory, sizes: readonly number[]): void => {
    for (const size of sizes) {
      const array = memory.bytes(size * MEBIBYTE);
      if (array[0] === 0) taken.push(size);
      array[0] = 1;
    }
  };
  const part = (): number[] => {
    taken.length = 0;
    const [rooms, file, scratch, moved] = Array.from({ length: 4 }, () => new PartMemory());
    take(file, [10, 10, 5]);
    take(rooms, [0.5, 0.5, 0.5, 0.5]);
    rooms.giveBack();
    take(moved, [2.5, 5]);
    take(scratch, [5, 5, 5]);
    scratch.giveBack();
    take(moved, [10, 5]);
    file.giveBack();
    moved.giveBack();
    return [...taken];
  };
  for (let count = 0; count < 5; count++) part();
  expect(Array.from({ length: 5 }, part)).toEqual([[], [], [], [], []]);
});

test('No more is kept than 384 MiB, and less by as much as is taken anew beyond 64 MiB', () => {
  const size = 96 * MEBIBYTE;
  const large = new PartMemory();
  for (let count = 0; count < 5; count++) large.bytes(size);
  large.giveBack();
  // Four of the five are left, the fifth is new.
  const next = new PartMemory();
  const marked = Array.from({ length: 4 }, () => next.bytes(size));
  marked.forEach((array, index) => { array[0] = index + 1; });
  expect(next.bytes(size)[0]).toBe(0);
  next.giveBack();

  // Now 2, 3, 4 and the new one are left. What fits none of them, 64 MiB aside, ends the first, and something small none.
  const other = new PartMemory();
  other.bytes(size + 65 * MEBIBYTE);
  other.bytes(MEBIBYTE);
  const firsts = Array.from({ length: 3 }, () => other.bytes(size)[0]);
  expect(firsts).toEqual([3, 4, 0]);
});
