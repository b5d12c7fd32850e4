/** Rows taken to partitions and to their places in these, against loops that say the same. */
import fc from 'fast-check';
import { movingKernel, type Movable } from '../../lambda/engine/kernels/moving-kernel';

/** More rows than are dealt out at once, and than a partition has that the kernel takes. */
const MANY = 2 ** 17 + 5;
const TOO_MANY = 2 ** 19 + 3;

/** Numbers from 0 up to a limit, the same for a seed. */
function below(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Any bits: as doubles, some are NaN of a kind of their own. */
function valuesOf(width: number, rows: number, draw: (limit: number) => number): Movable {
  const bytes = Uint8Array.from({ length: rows * width }, () => draw(256));
  return width === 8 ? new Float64Array(bytes.buffer) : width === 4 ? new Int32Array(bytes.buffer) : bytes;
}

/** A row's bits as text, or all rows' of an array. */
function bitsOf(values: Movable): Buffer[] {
  const { BYTES_PER_ELEMENT: width } = values;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: values.length }, (_, row) => bytes.subarray(row * width, (row + 1) * width));
}

function same(values: Movable, expected: readonly Buffer[]): boolean {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).equals(Buffer.concat(expected));
}

const widths = fc.constantFrom(1, 4, 8);

test.each([[3000, 100], [MANY, 2]])('up to %i rows are dealt out in their order', (most, numRuns) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: most > 3000 ? most : 0, max: most }), fc.constantFrom(1, 2, 37, 512, 40_000), widths, (seed, rows, count, width) => {
      const draw = below(seed);
      const source = valuesOf(width, rows, draw);
      const partitions = Uint16Array.from({ length: rows }, () => draw(count));
      const dealt: Buffer[][] = Array.from({ length: count }, () => []);
      bitsOf(source).forEach((value, row) => dealt[partitions[row]].push(value));
      const starts: number[] = [];
      let start = 0;
      for (const { length } of dealt) {
        starts.push(start);
        start += length;
      }
      const target = source.slice();
      const next = Int32Array.from(starts);
      movingKernel().deal(source, target, partitions, next);
      expect(same(target, dealt.flat())).toBe(true);
      expect([...next]).toEqual([...starts.slice(1), rows]);
    }),
    { numRuns },
  );
});

test.each([[3000, 100], [TOO_MANY, 3]])('up to %i rows are taken to their places, whatever their bits stand for', (most, numRuns) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: most > 3000 ? most : 0, max: most }), widths, (seed, rows, width) => {
      const draw = below(seed);
      const values = valuesOf(width, rows, draw);
      const places = Int32Array.from({ length: rows }, () => draw(rows));
      const before = bitsOf(values.slice());
      movingKernel().gather(values, places);
      expect(same(values, Array.from(places, (place) => before[place]))).toBe(true);
    }),
    { numRuns },
  );
});
