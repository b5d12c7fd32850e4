/** Zstandard pages as Node.js itself decompresses them, and a library where it does not: on this Node.js, and on Lambda's. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { nodeOfLambda } from '../harness/sandbox';
import { temporaryFolder } from '../storage/temporary-folder';

const folder = temporaryFolder();

/** Pages of these sizes, in bytes. */
const sizes = [1, 100, 65_537, 1_000_000, 5_000_000];

const write = `
  const zlib = require('node:zlib');
  const fs = require('node:fs');
  for (const size of ${JSON.stringify(sizes)}) {
    const page = Buffer.from(Uint8Array.from({ length: size }, (_, index) => (index * index) >> (index % 13)));
    fs.writeFileSync('page-' + size, page);
    fs.writeFileSync('page-' + size + '.zst', zlib.zstdCompressSync(page));
  }`;

const decompress = `
  const fs = require('node:fs');
  const zlib = require('node:zlib');
  const { zstdDecompressSync } = zlib;
  let leftToNode = 0;
  if (zstdDecompressSync !== undefined) zlib.zstdDecompressSync = (...of) => (leftToNode++, zstdDecompressSync(...of));
  require('./zstd.cjs').readyZstd().then((fill) => {
    const said = [];
    const attempt = (input, size, page) => {
      const output = new Uint8Array(size).fill(7);
      try {
        fill(input, output);
        said.push(page.equals(output) ? 'as it was' : 'different');
      } catch (error) {
        said.push(error.name === 'MalformedError' ? error.message : 'refused');
      }
    };
    for (const size of ${JSON.stringify(sizes)}) {
      const page = fs.readFileSync('page-' + size);
      const frame = fs.readFileSync('page-' + size + '.zst');
      attempt(frame, size, page);
      attempt(frame.subarray(0, frame.length - 1), size, page);
      attempt(Buffer.from([1, 2, 3, 4]), size, page);
      attempt(frame, size + 1, page);
      attempt(frame, size, page);
    }
    // A frame that has no end yet, and what would go on with it.
    attempt(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 6, 3 << 3, 0, 0, 1, 2, 3]), 3, Buffer.from([1, 2, 3]));
    attempt(Buffer.from([(3 << 3) | 1, 0, 0, 4, 5, 6]), 3, Buffer.from([4, 5, 6]));
    console.log(JSON.stringify({ said, leftToNode }));
  });`;

const REFUSED = /^refused$|bytes after decompression/;

const node = nodeOfLambda();

(node === null ? describe.skip : describe)('pages', () => {
  const run = (binary: string, script: string): string => execFileSync(binary, ['-e', script], { cwd: folder.path, encoding: 'utf8' });

  beforeEach(() => {
    const root = path.resolve(__dirname, '../..');
    buildSync({ entryPoints: [path.join(root, 'lambda/parquet/zstd.ts')], bundle: true, platform: 'node', format: 'cjs', outfile: path.join(folder.path, 'zstd.cjs') });
    run(node ?? '', write);
  });

  it.each([['Lambda\'s Node.js', node ?? ''], ['this Node.js', process.execPath]])('are as they were with %s, and whole or refused', (_, binary) => {
    const { said, leftToNode } = JSON.parse(run(binary, decompress)) as { said: string[]; leftToNode: number };
    expect(said.length).toBe(5 * sizes.length + 2);
    expect(said[said.length - 1]).toMatch(REFUSED);
    sizes.forEach((size, index) => {
      const [whole, cut, wrong, short, again] = said.slice(5 * index);
      expect([whole, again]).toEqual(['as it was', 'as it was']);
      expect([cut, wrong]).toEqual([expect.stringMatching(REFUSED), expect.stringMatching(REFUSED)]);
      expect(short).toBe(`${size} bytes after decompression where ${size + 1} are expected`);
    });
    // One engine has done all that are sound.
    if (binary === node) expect(leftToNode).toBeLessThanOrEqual(3 * sizes.length + 2);
  });
});
