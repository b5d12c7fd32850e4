import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import type { IntegerSource } from '../../lambda/parquet/integers';
import { INTEGER_LAYOUT, toDoubles, toWide } from '../../lambda/parquet/integers';
import { kernelsBinary } from '../../lambda/parquet/kernels/binary';
import { Kernels } from '../../lambda/parquet/kernels/kernels';
import { varint } from './craft-file';
import { joinByteStreams } from './reference/byte-stream-split';
import { decodeDelta } from './reference/delta';
import { toDoubles as referenceDoubles, toWide as referenceWide } from './reference/integers';
import { NullMask } from './reference/null-mask';
import { decodeHybrid } from './reference/rle';
import { decompressSnappy } from './reference/snappy';

const kernels = new Kernels();

/** Bytes as they come, and as somebody has damaged them. */
const damaged = (bytes: fc.Arbitrary<number[]>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(bytes, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.option(fc.nat(), { freq: 4 })).map(([content, changes, length]) => {
    const copy = Uint8Array.from(content);
    for (const [at, to] of changes) if (copy.length > 0) copy[at % copy.length] = to;
    return length === null ? copy : copy.subarray(0, length % (copy.length + 1));
  });

/**
 * What a kernel makes of `input` in `size` bytes; null where it refuses it. Run in memory full of zeros and of ones: neither
 * may it show what lies behind the input, nor be touched behind what the output's padding has.
 */
function outputOf(input: Uint8Array, size: number, run: (src: number, end: number, out: number) => number | void): { output: Buffer; result: number } | null {
  const [zeros, ones] = [0, 0xff].map((garbage) => {
    kernels.clear();
    kernels.reserve(input.length + size + 256, 3);
    kernels.bytes(kernels.run.heapBase(), input.length + size + 512).fill(garbage);
    const src = kernels.copyIn(input).byteOffset;
    const out = kernels.allocate(size);
    const guard = kernels.allocate(256);
    const result = run(src, src + input.length, out) ?? 0;
    expect(kernels.bytes(guard, 256).every((byte) => byte === garbage)).toBe(true);
    expect(Buffer.from(kernels.bytes(src, input.length)).equals(input)).toBe(true);
    return result < 0 ? null : { output: Buffer.from(Uint8Array.from(kernels.bytes(out, size))), result };
  });
  expect(ones).toEqual(zeros);
  return zeros;
}

function orNull<Result>(run: () => Result): Result | null {
  try {
    return run();
  } catch {
    return null;
  }
}

const bytesOf = (view: ArrayBufferView): Buffer => Buffer.from(view.buffer, view.byteOffset, view.byteLength);

/** Packs values least significant bit first. */
function packed(values: readonly bigint[], width: number): number[] {
  const all = values.reduce((sum, value, i) => sum | (BigInt.asUintN(width, value) << BigInt(i * width)), 0n);
  return Array.from({ length: Math.ceil((values.length * width) / 8) }, (_, i) => Number((all >> BigInt(8 * i)) & 255n));
}

const run = fc.oneof(
  fc.record({ repeated: fc.nat(), times: fc.nat(40) }),
  fc.record({ values: fc.array(fc.nat(), { minLength: 8, maxLength: 40 }).map((values) => values.slice(0, values.length - (values.length % 8))) }),
);

/** A hybrid stream of values below 2^width, and how many there are. */
const hybrid = (width: number): fc.Arbitrary<{ bytes: number[]; count: number }> =>
  fc.array(run, { maxLength: 6 }).map((runs) => ({
    bytes: runs.flatMap((each) => ('times' in each
      ? [...varint(each.times * 2), ...packed([BigInt(each.repeated)], width)]
      : [...varint((each.values.length / 8) * 2 + 1), ...packed(each.values.map(BigInt), width)])),
    count: runs.reduce((sum, each) => sum + ('times' in each ? each.times : each.values.length), 0),
  }));

describe('kernels do what the reference does, with damaged input too', () => {
  it('indices of dictionaries, and the entries that they stand for', () => {
    const cases = fc.integer({ min: 0, max: 32 }).chain((width) => hybrid(width).chain(({ bytes, count }) => fc.record({
      width: fc.constant(width), input: damaged(fc.constant(bytes)), count: fc.constantFrom(count, Math.max(0, count - 3), count + 1),
      limit: fc.oneof(fc.constantFrom(0, 1, 2, 16, 17, 2 ** 32 - 1), fc.nat(16), fc.nat(300)),
    })));
    fc.assert(fc.property(cases, ({ width, input, count, limit }) => {
      const expected = new Int32Array(count);
      const sound = orNull(() => (decodeHybrid(input, 0, input.length, width, limit, count, expected, 0), true));
      const found = outputOf(input, count * 4, (src, end, out) => kernels.run.decodeIndices(src, end, width, limit, count, out));
      expect(found?.output ?? null).toEqual(sound && bytesOf(expected));
      if (limit > 300) return;
      const table = Float64Array.from({ length: limit }, (_, i) => i / 7 - 3);
      const withTable = (entries: ArrayBufferView, gather: (src: number, end: number, table: number, out: number) => number, size: number) =>
        outputOf(new Uint8Array(Buffer.concat([bytesOf(entries), input])), size, (src, end, out) => gather(src + entries.byteLength, end, src, out))?.output ?? null;
      const wide = Float64Array.from(expected, (index) => table[index]);
      expect(withTable(table, (src, end, at, out) => kernels.run.gather64(src, end, width, limit, count, at, out), count * 8)).toEqual(sound && bytesOf(wide));
      const narrow = Int32Array.from(table, (value) => value * 1000);
      expect(withTable(narrow, (src, end, at, out) => kernels.run.gather32(src, end, width, limit, count, at, out), count * 4)).toEqual(sound && bytesOf(Int32Array.from(expected, (index) => narrow[index])));
      const bytes = Uint8Array.from(table, (value) => value * 7 + 40);
      expect(withTable(bytes, (src, end, at, out) => kernels.run.gather8(src, end, width, limit, count, at, out), count)).toEqual(sound && bytesOf(Uint8Array.from(expected, (index) => bytes[index])));
    }), { numRuns: 600 });
  });

  it('few entries of 8 bits, by vectors and one by one', () => {
    const cases = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.nat(20)).chain(([width, greatest]) => fc.record({
      width: fc.constant(width), values: fc.array(fc.nat(Math.min(2 ** width - 1, greatest)), { minLength: 1, maxLength: 70, size: 'max' }), wrong: fc.option(fc.nat(69)),
    }));
    fc.assert(fc.property(cases, ({ width, values, wrong }) => {
      const count = values.length;
      const eights = Math.ceil(count / 8);
      const indices = Array.from({ length: 8 * eights }, (_, row) => values[row] ?? 0);
      const limit = Math.max(...values) + 1;
      if (wrong !== null && wrong < count && limit < 2 ** width) indices[wrong] = limit;
      const table = Uint8Array.from({ length: limit }, (_, index) => index * 11 + 5);
      const input = Uint8Array.from([...table, ...varint(eights * 2 + 1), ...packed(indices.map(BigInt), width)]);
      const found = outputOf(input, count, (src, end, out) => kernels.run.gather8(src + limit, end, width, limit, count, src, out));
      const wanted = indices.slice(0, count);
      expect(found?.output ?? null).toEqual(wanted.includes(limit) ? null : bytesOf(Uint8Array.from(wanted, (index) => table[index])));
    }), { numRuns: 400 });
  });

  it('definition levels', () => {
    const cases = hybrid(1).chain(({ bytes, count }) => fc.record({ input: fc.oneof(fc.constant(Uint8Array.from(bytes)), damaged(fc.constant(bytes))), count: fc.integer({ min: Math.max(0, count - 8), max: count + 1 }) }));
    fc.assert(fc.property(cases, ({ input, count }) => {
      const reference = new NullMask(count);
      const present = orNull(() => reference.readHybrid(input, 0, input.length, 0, count));
      const found = outputOf(input, count, (src, end, out) => kernels.run.readLevels(src, end, count, out));
      expect(found?.result ?? null).toBe(present);
      if (found !== null) expect(found.output).toEqual(Buffer.from(reference.mask));
    }), { numRuns: 500 });
  });

  it.each([32, 64] as const)('deltas of %i bits', (bits) => {
    const block = fc.record({ least: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), miniblocks: fc.array(fc.record({
      width: fc.oneof(fc.nat(64), fc.constantFrom(0, 7, 56, 57, 63, 64)), values: fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 8, maxLength: 8 }),
    }), { minLength: 2, maxLength: 2 }) });
    const zigzag = (value: bigint): number[] => {
      const digits: number[] = [];
      for (let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)); ; left >>= 7n) {
        if (left < 128n) return [...digits, Number(left)];
        digits.push(Number(left & 127n) | 128);
      }
    };
    const encoded = fc.record({ first: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), blocks: fc.array(block, { maxLength: 4 }), unused: fc.nat(15) }).map(({ first, blocks, unused }) => {
      const count = Math.max(1, 1 + blocks.length * 16 - unused);
      const body = blocks.flatMap(({ least, miniblocks }) => [...zigzag(least), ...miniblocks.map(({ width }) => width), ...miniblocks.flatMap(({ width, values }) => packed(values, width))]);
      return { count, bytes: [16, 2, ...varint(count), ...zigzag(first), ...body] };
    });
    const cases = encoded.chain(({ bytes, count }) => fc.record({ input: damaged(fc.constant(bytes)), count: fc.constant(count) }));
    fc.assert(fc.property(cases, ({ input, count }) => {
      const expected = orNull(() => decodeDelta(input, 0, input.length, count, bits === 64 ? 2 : 1));
      const found = outputOf(input, (count * bits) / 8, (src, end, out) => kernels.run[bits === 64 ? 'decodeDelta64' : 'decodeDelta32'](src, end, count, out));
      expect(found?.result ?? null).toBe(expected && expected.end);
      if (expected !== null) expect(found?.output).toEqual(bytesOf(expected.words));
    }), { numRuns: 600 });
  });

  it('Snappy', () => {
    const part = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 5 }).map((literal) => ({ literal })),
      fc.uint8Array({ minLength: 1, maxLength: 70 }).map((literal) => ({ literal })),
      fc.uint8Array({ minLength: 200, maxLength: 300 }).map((literal) => ({ literal })),
      fc.record({ length: fc.integer({ min: 1, max: 64 }), distance: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 600 })), bytes: fc.constantFrom(1, 2, 4), beyond: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0) }),
    );
    const compressed = fc.array(part, { maxLength: 24 }).map((parts) => {
      const bytes: number[] = [];
      let size = 0;
      for (const each of parts) {
        if ('literal' in each) {
          const { length } = each.literal;
          bytes.push(...(length <= 60 ? [(length - 1) << 2] : length <= 256 ? [60 << 2, length - 1] : [61 << 2, (length - 1) & 255, (length - 1) >>> 8]), ...each.literal);
          size += length;
        } else {
          const distance = Math.min(each.distance, each.beyond ? size + 1 : Math.max(1, size));
          const near = each.bytes === 1 && each.length >= 4 && each.length <= 11 && distance < 2048;
          if (near) bytes.push(1 | ((each.length - 4) << 2) | ((distance >>> 8) << 5), distance & 255);
          else if (each.bytes === 4) bytes.push(3 | ((each.length - 1) << 2), distance & 255, distance >>> 8, 0, 0);
          else bytes.push(2 | ((each.length - 1) << 2), distance & 255, distance >>> 8);
          size += each.length;
        }
      }
      return { bytes, size };
    });
    const cases = compressed.chain(({ bytes, size }) => fc.record({ input: damaged(fc.constant(bytes)), size: fc.constantFrom(size, size, size + 1, Math.max(0, size - 1)) }));
    fc.assert(fc.property(cases, ({ input, size }) => {
      const expected = decompressSnappy(input, size);
      const found = outputOf(input, size, (src, end, out) => kernels.run.decompressSnappy(src, end, out, out + size));
      expect(found?.output ?? null).toEqual(expected && Buffer.from(expected));
    }), { numRuns: 1500 });
  });

  it.each(Object.keys(INTEGER_LAYOUT) as IntegerSource[])('%s as doubles and as 64-bit integers', (source) => {
    const { width } = INTEGER_LAYOUT[source];
    const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.bigInt({ min: -(2n ** 55n), max: 2n ** 55n }), fc.bigInt({ min: -3n, max: 3n }),
      fc.constantFrom(...[51n, 52n, 53n, 63n].flatMap((power) => [-1n, 0n, 1n].flatMap((near) => [2n ** power + near, -(2n ** power) + near]))));
    fc.assert(fc.property(fc.array(fc.tuple(value, fc.nat(2 ** 31)), { maxLength: 20 }), (values) => {
      const stored = Buffer.concat(values.map(([low, high]) => {
        const bytes = Buffer.alloc(12);
        bytes.writeBigUInt64LE(BigInt.asUintN(64, low));
        bytes.writeInt32LE(high | 0, 8);
        return bytes.subarray(0, width);
      }));
      const words = new Int32Array(Uint8Array.from(stored).buffer);
      const count = values.length;
      const doubles = new Float64Array(count);
      const exact = referenceDoubles(source, words, count, doubles, 0);
      const wide = source === 'UINT64' ? new BigUint64Array(count) : new BigInt64Array(count);
      referenceWide(source, words, count, wide, 0);
      kernels.clear();
      kernels.reserve(count * 32, 4);
      const address = toWide(kernels, source, kernels.copyIn(stored).byteOffset, count);
      expect(Buffer.from(kernels.bytes(address, count * 8))).toEqual(bytesOf(wide));
      const found = toDoubles(kernels, source, address, count);
      expect(found.exact).toBe(exact);
      if (exact) expect([...kernels.doubles(found.doubles, count)]).toEqual([...doubles]);
    }), { numRuns: 300 });
  });

  it('runs of equal values', () => {
    const value = fc.oneof(fc.constantFrom(0n, 1n, 1n << 32n, (1n << 32n) + 1n, -1n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    const runsOfEqual = fc.array(fc.tuple(value, fc.integer({ min: 1, max: 5 })), { maxLength: 20 }).map((parts) => parts.flatMap(([each, times]) => Array.from({ length: times }, () => each)));
    fc.assert(fc.property(runsOfEqual, fc.nat(2 ** 30), (values, row) => {
      const starts = values.flatMap((each, i) => (i === 0 || each !== values[i - 1] ? [i] : []));
      const input = bytesOf(BigInt64Array.from(values));
      const size = values.length * 12;
      const found = outputOf(input, size, (src, _, out) => {
        const runs = kernels.run.findRuns64(src, values.length, row, out, out + values.length * 4);
        // What lies behind the last run is not said.
        kernels.bytes(out + runs * 4, (values.length - runs) * 4).fill(0);
        kernels.bytes(out + values.length * 4 + runs * 8, (values.length - runs) * 8).fill(0);
        return runs;
      });
      expect(found?.result).toBe(starts.length);
      const expected = Buffer.alloc(size);
      starts.forEach((start, run) => {
        expected.writeUInt32LE(row + start, run * 4);
        expected.writeBigInt64LE(values[start], values.length * 4 + run * 8);
      });
      expect(found?.output).toEqual(expected);
    }));
  });

  it('byte streams and spreading over rows', () => {
    fc.assert(fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.array(fc.boolean(), { maxLength: 60 }), (values, nulls) => {
      for (const width of [4, 8] as const) {
        const input = bytesOf(width === 8 ? Float64Array.from(values) : Float32Array.from(values));
        const joined = outputOf(input, input.length, (src, _, out) => kernels.run[width === 8 ? 'joinStreams8' : 'joinStreams4'](src, values.length, out));
        expect(joined?.output).toEqual(Buffer.from(joinByteStreams(input, values.length, width)));
      }
      const mask = Uint8Array.from(nulls.slice(0, values.length), Number);
      const input = Buffer.concat([mask, bytesOf(Float64Array.from(values))]);
      const spread = outputOf(input, mask.length * 8, (src, _, out) => kernels.run.spread64(src + mask.length, src, mask.length, NaN, out));
      let next = 0;
      expect(spread?.output).toEqual(bytesOf(Float64Array.from(mask, (isNull) => (isNull === 1 ? NaN : values[next++]))));
      const codes = mask.map((_, row) => row * 37 + 1);
      const spreadCodes = outputOf(Buffer.concat([mask, codes]), mask.length, (src, _, out) => kernels.run.spread8(src + mask.length, src, mask.length, 0, out));
      next = 0;
      expect(spreadCodes?.output).toEqual(bytesOf(mask.map((isNull) => (isNull === 1 ? 0 : codes[next++]))));
    }));
  });
});

it.each([1, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 70, 254, 255, 256, 300])('texts of %i bytes whose hashes are alike are told apart by each byte', (length) => {
  const text = Buffer.alloc(length, 'x');
  for (let differing = 0; differing < length; differing++) {
    kernels.clear();
    kernels.reserve(4096, 4);
    const [source, table, arena, codes] = [length + 4, 64, 1024, 4].map((size) => kernels.allocate(size));
    kernels.bytes(table, 64).fill(0);
    kernels.run.emptyArena(arena);
    kernels.int32s(source, 1)[0] = length;
    kernels.bytes(source + 4, length).set(text);
    const look = (): [added: number, code: number, known: number] =>
      [kernels.run.codeTexts(source, source + 4 + length, 1, table, 16, 0xff, arena, 5, 80, codes), kernels.int32s(codes, 1)[0], kernels.int32s(arena, 1)[0]];
    expect([look(), look()]).toEqual([[1, 0, 1], [1, 0, 1]]);
    const found = Buffer.from(kernels.bytes(arena, 1024)).indexOf(text);
    kernels.bytes(arena + found, length)[differing] = 0x79;
    expect(look()).toEqual([1, 1, 2]);
    kernels.run.joinTexts(arena, table);
    expect(Buffer.from(kernels.bytes(arena + length, length)).equals(text)).toBe(true);
  }
});

it('the module in the repository is what its sources compile to', () => {
  const script = "import('./scripts/build-kernels.mjs').then(async ({ compileKernels }) => process.stdout.write((await compileKernels()).toString('base64')))";
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  // `npm run build` makes it anew.
  expect(stdout === kernelsBinary).toBe(true);
});

it('what a page takes beyond any memory is refused, and much memory is not kept', () => {
  const own = new Kernels();
  expect(() => own.reserve(2 ** 33, 1)).toThrow('data that take');
  expect(own.overgrown).toBe(false);
  own.reserve(2 ** 27, 1);
  expect(own.overgrown).toBe(true);
});

test('memory that grows bit by bit does not outgrow what is kept while that is enough', () => {
  const growing = new Kernels();
  for (let megabytes = 1; megabytes <= 62; megabytes++) growing.reserve(megabytes * 2 ** 20, 1);
  expect(growing.overgrown).toBe(false);
  growing.reserve(65 * 2 ** 20, 1);
  expect(growing.overgrown).toBe(true);
});
