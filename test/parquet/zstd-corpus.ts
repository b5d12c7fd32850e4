/** What Parquet pages hold, and other contents, in Zstandard frames that libzstd writes. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { seededRandom, type Random } from '../../scripts/sample-data/random';

export interface Sample {
  readonly name: string;
  readonly content: Uint8Array;
  readonly frame: Uint8Array;
}

/** How a content is to be compressed: libzstd's parameters by their names without `ZSTD_c_`. */
interface Job {
  readonly content: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** In pieces of so many bytes, each flushed; 0 for all at once, with the content's size known. */
  readonly piece: number;
  /** Whether a stream is told its content's size. */
  readonly isPledged: boolean;
}

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function filled(size: number, next: (index: number) => number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => next(index));
}

const WORDS = 'the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were her all she there would their we him been has when who will no more if out so said what up its about into than them can only other new some could time these two may then do first any my now such like our over man me even most made after also did many before must through years where much your way well down should because each just those people how too little state good very make world still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three'.split(' ');

function prose(random: Random, size: number): Uint8Array {
  const words: string[] = [];
  for (let length = 0; length < size; length += words[words.length - 1].length + 1) words.push(WORDS[random.pareto(0.6, WORDS.length) - 1] + (random.chance(0.1) ? ',' : ''));
  return new TextEncoder().encode(words.join(' ')).subarray(0, size);
}

/** Texts, each behind its length in 4 bytes. */
function texts(random: Random, count: number, variety: number): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, () => {
    const text = Buffer.from(`${WORDS[random.integer(0, WORDS.length - 1)]}/product-${random.pareto(0.5, variety)}?session=${random.chance(0.3) ? random.integer(0, 1e9) : 'none'}`);
    return Buffer.concat([Buffer.from(Uint32Array.of(text.length).buffer), text]);
  }));
}

/** Indices of 8 bits in packed runs of 8, between runs of one. */
function indices(random: Random, runs: number): Uint8Array {
  return Uint8Array.from(Array.from({ length: runs }, () => {
    if (random.chance(0.4)) return [random.integer(4, 60) * 2, random.integer(0, 200)];
    return [3, ...Array.from({ length: 8 }, () => random.pareto(0.5, 200))];
  }).flat());
}

function contents(): Map<string, Uint8Array> {
  const random = seededRandom(8878);
  const noise = (size: number): Uint8Array => filled(size, () => random.integer(0, 255));
  let time = 1_500_000_000_000;
  const sorted = BigInt64Array.from({ length: 20_000 }, () => BigInt(time += random.integer(0, 900)));
  const found = new Map<string, Uint8Array>([
    ['sorted int64', bytesOf(sorted)],
    ['shuffled int64', bytesOf(BigInt64Array.from({ length: 20_000 }, () => sorted[random.integer(0, 4000)]))],
    ['prices', bytesOf(Float64Array.from({ length: 30_000 }, () => random.pareto(0.7, 100_000) / 100))],
    ['doubles', bytesOf(Float64Array.from({ length: 5000 }, () => random.fraction()))],
    ['int32', bytesOf(Int32Array.from({ length: 250_000 }, (_, index) => (index >> 4) + random.integer(0, 3)))],
    ['texts', texts(random, 8000, 3000)],
    ['many texts', texts(random, 50_000, 1e6)],
    ['indices', indices(random, 20_000)],
    ['levels', filled(60_000, () => (random.chance(0.02) ? 0 : 255))],
    ['noise', noise(300_000)],
    ['one byte', new Uint8Array(500_000).fill(42)],
    ['zeros', new Uint8Array(131_073)],
    ['two values', filled(40_000, () => random.integer(0, 1))],
    ['prose', prose(random, 400_000)],
    ['few letters', filled(20_000, () => 97 + Math.min(25, Math.floor(random.exponential(2))))],
    ['nibbles', filled(150_000, () => random.integer(0, 15))],
  ]);
  const pieces = [...found.values()];
  const piece = (most: number): Uint8Array => {
    const from = pieces[random.integer(0, pieces.length - 1)];
    const at = random.integer(0, from.length - 1);
    return from.subarray(at, at + random.integer(1, most));
  };
  const mixed = (count: number, most: number): Uint8Array => Buffer.concat(Array.from({ length: count }, () => piece(most)));
  found.set('mixed finely', mixed(3000, 200));
  found.set('mixed', mixed(80, 8000));
  found.set('mixed coarsely', mixed(40, 100_000));
  // Matches whose literals take more than 16 bits to count, and matches that do.
  const [some, rest] = [noise(70_000), noise(40_000)];
  found.set('noise repeated', Buffer.concat([some, new Uint8Array(200_000), rest, some, rest, some, new Uint8Array(300_000), rest]));
  found.set('noise far apart', Buffer.concat([some, mixed(1000, 1500), some.subarray(0, 5000), mixed(200, 2500), rest, some]));
  const short = prose(random, 70_000);
  const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 17, 24, 31, 32, 33, 40, 63, 64, 65, 100, 127, 128, 150, 200, 254, 255, 256, 257, 258, 300, 400, 511, 512, 600, 1000, 1023, 1024, 1025, 2000, 4095, 4097, 10_000, 16_383, 16_384, 16_385, 65_535, 65_791, 65_792];
  for (const size of sizes) found.set(`prose of ${size}`, short.subarray(0, size));
  for (const size of [20, 60, 250, 700, 3000, 15_000]) {
    found.set(`letters of ${size}`, filled(size, () => 97 + Math.min(25, Math.floor(random.exponential(3)))));
    found.set(`mixture of ${size}`, mixed(size, 30).subarray(0, size));
    found.set(`noise of ${size}`, noise(size));
    found.set(`words of ${size}`, Buffer.concat(Array.from({ length: Math.ceil(size / 8) }, () => Buffer.from(random.pick([['category', 3], ['purchase', 1], ['add_cart', 2]])))).subarray(0, size));
  }
  return found;
}

const LEVELS = [-7, -1, 1, 3, 5, 7, 9, 12, 16, 19, 22];

/** Each of them is for some of the contents of some 100 kB. */
const VARIANTS: readonly Readonly<Record<string, number>>[] = [
  ...[10, 11, 13, 15, 17, 20].map((windowLog) => ({ windowLog })),
  ...[10, 14].map((windowLog) => ({ windowLog, contentSizeFlag: 0, compressionLevel: 7 })),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((strategy) => [{ strategy }, { strategy, minMatch: 3, targetLength: 4, checksumFlag: 1 }, { strategy, minMatch: 7, searchLog: 1 }]),
  ...[0, 1].flatMap((contentSizeFlag) => [0, 1].map((checksumFlag) => ({ contentSizeFlag, checksumFlag }))),
  { enableLongDistanceMatching: 1, windowLog: 21, ldmMinMatch: 16, ldmHashRateLog: 4 },
  { strategy: 9, minMatch: 3, targetLength: 999, searchLog: 6, compressionLevel: 19 },
];

function jobs(found: ReadonlyMap<string, Uint8Array>): Job[] {
  return [...found].flatMap(([content, { length }], turn) => {
    const job = (parameters: Job['parameters'], piece = 0, isPledged = false): Job => ({ content, parameters, piece, isPledged });
    const levels = length > 600_000 ? [1, 3, 7] : length > 200_000 ? [-7, 1, 3, 5, 9, 13] : length > 20_000 ? LEVELS.slice(0, -1) : LEVELS;
    const isOdd = length % 2 === 1;
    return [
      ...levels.map((compressionLevel) => job({ compressionLevel, checksumFlag: compressionLevel % 2 === 0 ? 1 : 0 })),
      ...(length > 10_000 && length < 200_000 ? VARIANTS.filter((_, index) => index % 4 === turn % 4).map((parameters) => job(parameters)) : [job({ contentSizeFlag: 0 }), job({ checksumFlag: 1 })]),
      // As a stream: without a size, or with one that the window does not hold.
      ...(length < 5000 || length > 10_000 ? [job({ compressionLevel: isOdd || length > 100_000 ? 3 : 15, checksumFlag: isOdd ? 1 : 0 }, Math.ceil(length / 7))] : []),
      ...(length > 10_000 ? [job({ compressionLevel: 4, windowLog: 15 }, 9999, true), job({ compressionLevel: 2 }, Math.max(300, length >> 7))] : []),
    ];
  });
}

const WRITE = `
  const fs = require('node:fs');
  const zlib = require('node:zlib');
  const { contents, jobs } = JSON.parse(fs.readFileSync('jobs.json', 'utf8'));
  const all = fs.readFileSync('contents');
  const { ZSTD_e_flush } = zlib.constants;
  const streamed = async (content, piece, options) => {
    const written = [];
    const stream = zlib.createZstdCompress(options).on('data', (bytes) => written.push(bytes));
    for (let at = 0; at < content.length; at += piece) {
      await new Promise((resolve) => stream.write(content.subarray(at, at + piece), resolve));
      await new Promise((resolve) => stream.flush(ZSTD_e_flush, resolve));
    }
    await new Promise((resolve) => stream.on('end', resolve).end());
    return Buffer.concat(written);
  };
  (async () => {
    const frames = [];
    for (const { content, parameters, piece, isPledged } of jobs) {
      const bytes = all.subarray(...contents[content]);
      const params = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [zlib.constants['ZSTD_c_' + name], value]));
      frames.push(piece === 0 ? zlib.zstdCompressSync(bytes, { params }) : await streamed(bytes, piece, { params, ...(isPledged ? { pledgedSrcSize: bytes.length } : {}) }));
    }
    fs.writeFileSync('frames', Buffer.concat(frames));
    console.log(JSON.stringify(frames.map(({ length }) => length)));
  })();`;

/** Frames of all these contents, by a Node.js that can compress, in files of a folder. */
export async function libraryFrames(node: string, folder: string): Promise<Sample[]> {
  const found = contents();
  const todo = jobs(found);
  let end = 0;
  const places = Object.fromEntries([...found].map(([name, { length }]) => [name, [end, end += length]]));
  writeFileSync(path.join(folder, 'contents'), Buffer.concat([...found.values()]));
  writeFileSync(path.join(folder, 'jobs.json'), JSON.stringify({ contents: places, jobs: todo }));
  const { stdout } = await promisify(execFile)(node, ['-e', WRITE], { cwd: folder, encoding: 'utf8' });
  const lengths = JSON.parse(stdout) as number[];
  const frames = readFileSync(path.join(folder, 'frames'));
  let at = 0;
  return todo.map(({ content, parameters, piece }, index) => ({
    name: `${content}, ${JSON.stringify(parameters)}${piece === 0 ? '' : `, by ${piece} bytes`}`,
    content: found.get(content) ?? new Uint8Array(0),
    frame: frames.subarray(at, at += lengths[index]),
  }));
}
