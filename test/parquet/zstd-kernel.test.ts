/** The kernel for Zstandard pages: takes every ordinary frame, and of damaged ones none that a library would refuse or read otherwise. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { ZSTDDecoder } from 'zstddec';
import { Kernels } from '../../lambda/parquet/kernels/kernels';
import { seededRandom } from '../../scripts/sample-data/random';
import { nodeOfLambda } from '../harness/sandbox';
import { libraryFrames, type Sample } from './zstd-corpus';
import { contentOf, craftFrame, randomBlocks, randomHeader, type CraftedBlock } from './zstd-crafting';
import { craftedSamples, reheaded, unlikely } from './zstd-crafted';
import { damaged, structurallyDamaged } from './zstd-damage';
import { ALL_FEATURES, featuresOf } from './zstd-features';

/** Bytes behind each region that kernels may touch. */
const PADDING = 80;
const GUARD = 256;
const GARBAGE = [0, 0xff, 0xa5];

const kernels = new Kernels();
const atFirst = kernels.bytes(0, kernels.run.heapBase()).slice();
let turn = 0;

/**
 * What the kernel makes of a frame; null where it leaves it to the library. Runs it at the end of memory, so that nothing lies
 * behind the paddings, at any address, and in garbage; neither the frame nor anything but the output and paddings may change.
 */
function decompress(input: Uint8Array, size: number, own = kernels): Uint8Array | null {
  const garbage = GARBAGE[++turn % GARBAGE.length];
  const isOutputLast = turn % 2 === 0;
  const [firstSize, secondSize] = isOutputLast ? [input.length, size] : [size, input.length];
  const bytes = firstSize + secondSize + 2 * (PADDING + GUARD) + 16;
  own.clear();
  own.reserve(bytes, 1);
  own.allocate(bytes);
  const end = own.run.memory.buffer.byteLength;
  const second = end - PADDING - secondSize;
  const first = second - GUARD - PADDING - firstSize - (turn % 16);
  const [src, dst] = isOutputLast ? [first, second] : [second, first];
  own.bytes(first - GUARD, end - first + GUARD).fill(garbage);
  // And where the kernels' own memory ends.
  const bottom = own.run.heapBase();
  const bottomSize = Math.min(GUARD, first - GUARD - bottom);
  own.bytes(bottom, bottomSize).fill(garbage);
  own.bytes(src, input.length).set(input);

  const result = own.run.decompressZstd(src, src + input.length, dst, dst + size);

  const isGuard = (byte: number): boolean => byte === garbage;
  if (!own.bytes(bottom, bottomSize).every(isGuard)) throw new Error('written behind its own memory');
  if (!own.bytes(first - GUARD, GUARD).every(isGuard)) throw new Error('written before its regions');
  if (!own.bytes(first + firstSize + PADDING, second - first - firstSize - PADDING).every(isGuard)) throw new Error('written between its regions');
  if (!Buffer.from(own.bytes(src, input.length)).equals(input)) throw new Error('written over its input');
  if (result > 0) throw new Error(`no such result: ${result}`);
  return result < 0 ? null : own.bytes(dst, size).slice();
}

/** What zstddec's WebAssembly gives; its own function makes no difference between nothing and an error. */
interface LibraryExports {
  readonly memory: WebAssembly.Memory;
  readonly malloc: (bytes: number) => number;
  readonly free: (address: number) => void;
  readonly ZSTD_decompress: (output: number, outputBytes: number, input: number, inputBytes: number) => number;
  readonly ZSTD_isError: (result: number) => number;
}

let exported: LibraryExports | null = null;

/** What the library makes of a frame; null where it refuses it, or it is of another size. */
function ofLibrary(input: Uint8Array, size: number): Uint8Array | null {
  if (exported === null) throw new Error('no library');
  const { memory, malloc, free, ZSTD_decompress: run, ZSTD_isError: isError } = exported;
  const [inputAt, outputAt] = [malloc(input.length + 1), malloc(size + 1)];
  new Uint8Array(memory.buffer, inputAt, input.length).set(input);
  const result = run(outputAt, size, inputAt, input.length);
  const output = isError(result) === 0 && result === size ? new Uint8Array(memory.buffer, outputAt, size).slice() : null;
  free(inputAt);
  free(outputAt);
  return output;
}

/** The kernel need not look at checksums: the library is asked without them. */
function withoutChecksum(frame: Uint8Array): Uint8Array {
  if (frame.length < 9 || (frame[4] & 4) === 0) return frame;
  const copy = Uint8Array.from(frame.subarray(0, -4));
  copy[4] &= ~4;
  return copy;
}

const isSame = (a: Uint8Array | null, b: Uint8Array | null): boolean => a !== null && b !== null && Buffer.from(a.buffer, a.byteOffset, a.length).equals(b);

/** What is wrong with how the kernel takes something that may be no frame; null for nothing. */
function complaint(input: Uint8Array, size: number): string | null {
  const output = decompress(input, size);
  if (output === null || isSame(output, ofLibrary(withoutChecksum(input), size))) return null;
  return `taken otherwise than by the library, as ${size} bytes: ${Buffer.from(input).toString('base64').slice(0, 2000)}`;
}

/** Names of the cases that fail, with what is said of them. Throws where a case has no end, which `await` would never see. */
function failing<Case extends { readonly name: string }>(cases: Iterable<Case>, check: (each: Case) => string | null): string[] {
  const failures: string[] = [];
  let current = '';
  const run = (): void => {
    for (const each of cases) {
      current = each.name;
      try {
        const said = check(each);
        if (said !== null) failures.push(`${current}: ${said}`);
      } catch (error) {
        failures.push(`${current}: ${String(error)}`);
      }
    }
  };
  try {
    runInNewContext('run()', { run }, { timeout: 20_000 });
  } catch (error) {
    throw new Error(`no end of ${current}`, { cause: error });
  }
  return failures.slice(0, 20);
}

const checkSound = ({ content, frame }: Sample): string | null => {
  const output = decompress(frame, content.length);
  return output === null ? 'left' : isSame(output, content) ? null : 'other bytes';
};

const node = nodeOfLambda();
let crafted: readonly Sample[] = [];
let written: readonly Sample[] = [];

beforeAll(async () => {
  const decoder = new ZSTDDecoder();
  decoder._init = (loaded) => {
    ZSTDDecoder.prototype._init(loaded);
    exported = loaded.instance.exports as LibraryExports;
  };
  await decoder.init();
  const folder = mkdtempSync(path.join(tmpdir(), 'frocket-test-'));
  try {
    const pending = node === null ? [] : libraryFrames(node, folder);
    crafted = craftedSamples();
    written = await pending;
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

/** With other headers; of some frames, since there are many. */
const reheadedFrames = (): Sample[] => written.filter((_, index) => index % 5 === 0).flatMap(reheaded);

describe('frames crafted for this test', () => {
  it('are what the library takes them for', () => {
    expect(failing([...crafted, ...reheadedFrames()], ({ frame, content }) => (isSame(ofLibrary(frame, content.length), content) ? null : 'other bytes'))).toEqual([]);
  });

  it('are taken, all of them', () => {
    expect(failing(crafted, checkSound)).toEqual([]);
  });

  it('are taken as well by kernels that have had no other', () => {
    const some = crafted.filter((_, index) => index % 20 === 0);
    expect(failing(some, ({ frame, content }) => (isSame(decompress(frame, content.length, new Kernels()), content) ? null : 'left or other bytes'))).toEqual([]);
  });
});

(node === null ? describe.skip : describe)('frames that libzstd writes', () => {
  it('are taken, all of them', () => {
    expect(written.length).toBeGreaterThan(1000);
    expect(failing(written, checkSound)).toEqual([]);
  });

  it('are taken with any header that they may have', () => {
    const all = reheadedFrames();
    expect(all.length).toBeGreaterThan(500);
    expect(failing(all, checkSound)).toEqual([]);
  });

  it('have, with the crafted ones, all that a frame can have', () => {
    const found = new Set([...written, ...reheadedFrames(), ...crafted].flatMap(({ frame }) => featuresOf(frame)));
    expect(ALL_FEATURES.filter((feature) => !found.has(feature))).toEqual([]);
  });
});

describe('what is no such frame', () => {
  const small = (): Sample[] => [...crafted, ...written].filter(({ frame, content }) => frame.length < 1500 && content.length < 20_000);

  it('is left where another size is asked for', () => {
    const cases = small().flatMap(({ name, frame, content: { length } }) => [length - 1, length + 1, 0, length + 100, length >> 1].filter((size) => size >= 0 && size !== length).map((size) => ({ name, frame, size })));
    expect(failing(cases, ({ frame, size }) => (decompress(frame, size) === null ? null : `taken as ${size} bytes`))).toEqual([]);
  });

  it('is left where it is of a kind that is not ordinary, or as the library has it', () => {
    expect(failing(unlikely(), ({ frame, size, isLeft }) => complaint(frame, size) ?? (isLeft && decompress(frame, size) !== null ? 'taken' : null))).toEqual([]);
  });

  it('is left or read as the library does, with every bit flipped and with every end cut off', () => {
    const shortest = small().filter(({ frame }) => frame.length < 200).filter((_, index) => index % 6 === 0).slice(0, 60);
    function* cases() {
      for (const { name, frame, content: { length: size } } of shortest) {
        for (let bit = 0; bit < 8 * frame.length; bit++) {
          const input = Uint8Array.from(frame);
          input[bit >> 3] ^= 1 << (bit & 7);
          yield { name: `${name}, bit ${bit}`, input, size };
        }
        for (let end = 0; end < frame.length; end++) yield { name: `${name}, ${end} bytes`, input: frame.subarray(0, end), size };
      }
    }
    expect(failing(cases(), ({ input, size }) => complaint(input, size))).toEqual([]);
  });

  it('is left or read as the library does, damaged at random', () => {
    const random = seededRandom(31);
    const samples = small();
    function* cases() {
      for (let i = 0; i < 12_000; i++) yield { name: `case ${i}`, ...damaged(samples, random) };
    }
    expect(failing(cases(), ({ input, size }) => complaint(input, size))).toEqual([]);
  });

  it('is left or read as the library does, with blocks missing, twice or elsewhere, and with other headers', () => {
    const random = seededRandom(77);
    function* cases() {
      for (let i = 0; i < 1500; i++) yield { name: `case ${i}`, ...structurallyDamaged(randomBlocks(random, 2000), random) };
    }
    expect(failing(cases(), ({ input, size }) => complaint(input, size))).toEqual([]);
  });

  it('is left or read as the library does, where large', () => {
    const random = seededRandom(5);
    const large = [...crafted, ...written].filter(({ frame, content }) => frame.length > 20_000 && content.length < 300_000);
    function* cases() {
      for (let i = 0; i < 150; i++) yield { name: `case ${i}`, ...damaged(large, random) };
    }
    expect(failing(cases(), ({ input, size }) => complaint(input, size))).toEqual([]);
  });
});

describe('kernels keep nothing of a frame', () => {
  it('for the next ones, in any order, sound or not', () => {
    const random = seededRandom(12);
    const samples = [...crafted, ...written].filter(({ content }) => content.length < 50_000);
    function* cases() {
      for (let i = 0; i < 2000; i++) {
        const { input, size } = damaged(samples, random);
        yield { name: `damaged before case ${i}`, check: () => complaint(input, size) };
        const sample = samples[random.integer(0, samples.length - 1)];
        yield { name: `case ${i}, ${sample.name}`, check: () => checkSound(sample) };
      }
    }
    expect(failing(cases(), ({ check }) => check())).toEqual([]);
  });

  it('in their constants', () => {
    expect(failing(crafted, checkSound)).toEqual([]);
    const now = kernels.bytes(0, atFirst.length);
    const changed = Array.from(atFirst.keys()).filter((at) => atFirst[at] !== 0 && now[at] !== atFirst[at]);
    expect(changed).toEqual([]);
  });

  it('so that one whose tables would be those of another is left', () => {
    const random = seededRandom(4);
    const frameOf = (blocks: readonly CraftedBlock[]): Uint8Array => craftFrame(blocks, randomHeader(blocks, random));
    const several = Array.from({ length: 1000 }, () => randomBlocks(random, 1000)).filter(({ length }) => length > 1).map((blocks, index) => ({ name: `case ${index}`, blocks }));
    let refused = 0;
    expect(failing(several, ({ blocks }) => {
      const [whole, later] = [frameOf(blocks), frameOf(blocks.slice(1))];
      const size = contentOf(blocks).length;
      const laterSize = size - blocks[0].content.length;
      const sound = checkSound({ name: '', frame: whole, content: contentOf(blocks) });
      if (sound !== null) return sound;
      if (ofLibrary(later, laterSize) !== null) return complaint(later, laterSize);
      refused++;
      return decompress(later, laterSize) === null ? null : 'taken';
    })).toEqual([]);
    expect(refused).toBeGreaterThan(100);
  });
});
