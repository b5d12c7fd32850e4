/** Zstandard pages that the kernel leaves to Node.js itself or, where that does not have it, to a library: on this Node.js, and on Lambda's. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { nodeOfLambda } from '../harness/sandbox';
import { temporaryFolder } from '../storage/temporary-folder';

const folder = temporaryFolder();

/** Pages of these sizes, in bytes. */
const sizes = [1, 31, 32, 103, 65_537, 1_000_000, 5_000_000];

const write = `
  const zlib = require('node:zlib');
  const fs = require('node:fs');
  for (const size of ${JSON.stringify(sizes)}) {
    const page = Buffer.from(Uint8Array.from({ length: size }, (_, index) => (index * index) >> (index % 13)));
    fs.writeFileSync('page-' + size, page);
    fs.writeFileSync('page-' + size + '.zst', zlib.zstdCompressSync(page));
    fs.writeFileSync('page-' + size + '.checked.zst', zlib.zstdCompressSync(page, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } }));
  }`;

const decompress = `
  const fs = require('node:fs');
  const { decompressorFor, borrowKernels } = require('./decompress.cjs');
  decompressorFor('ZSTD').then(({ run }) => {
    const kernels = borrowKernels();
    const attempt = (input, page, size) => {
      kernels.clear();
      kernels.reserve(input.length + size, 2);
      try {
        return page.equals(run(kernels, input, size)) ? 'as it was' : 'different';
      } catch (error) {
        return error.name === 'MalformedError' ? error.message : 'refused';
      }
    };
    // With the number of a dictionary, which is none.
    const withDictionary = (frame) => { const at = (frame[4] & 0x20) ? 5 : 6; return Buffer.concat([frame.subarray(0, 4), Buffer.from([frame[4] | 1]), frame.subarray(5, at), Buffer.from([0]), frame.subarray(at)]); };
    console.log(JSON.stringify(${JSON.stringify(sizes)}.map((size) => {
      const page = fs.readFileSync('page-' + size);
      const frame = fs.readFileSync('page-' + size + '.zst');
      const checked = fs.readFileSync('page-' + size + '.checked.zst');
      const wrong = Buffer.from(checked);
      wrong[wrong.length - 1] ^= 16;
      return {
        checked: attempt(checked, page, size),
        wrong: attempt(wrong, page, size),
        whole: attempt(frame, page, size),
        unusual: attempt(withDictionary(frame), page, size),
        cut: attempt(frame.subarray(0, frame.length - 1), page, size),
        other: attempt(Buffer.from([1, 2, 3, 4]), page, size),
        short: attempt(frame, page, size + 1),
        long: attempt(frame, page, size - 1 || 2),
        again: attempt(frame, page, size),
      };
    })));
  });`;

const node = nodeOfLambda();

(node === null ? describe.skip : describe)('pages', () => {
  const run = (binary: string, script: string): string => execFileSync(binary, ['-e', script], { cwd: folder.path, encoding: 'utf8' });

  beforeEach(() => {
    const room = path.resolve(__dirname, '../../lambda/parquet');
    const contents = `export { decompressorFor } from './decompress'; export { borrowKernels } from './kernels/kernels';`;
    buildSync({ stdin: { contents, resolveDir: room, loader: 'ts' }, bundle: true, platform: 'node', format: 'cjs', outfile: path.join(folder.path, 'decompress.cjs') });
    run(node ?? '', write);
  });

  it.each([['Lambda\'s Node.js', node ?? ''], ['this Node.js', process.execPath]])('are as they were with %s, and whole or refused', (_, binary) => {
    const said = JSON.parse(run(binary, decompress)) as Record<string, string>[];
    const refused = expect.stringMatching(/^refused$|bytes after decompression/) as unknown;
    sizes.forEach((size, index) => {
      expect(said[index]).toEqual({
        whole: 'as it was', checked: 'as it was', unusual: 'as it was', again: 'as it was', wrong: refused,
        cut: refused, other: refused, long: refused, short: `${size} bytes after decompression where ${size + 1} are expected`,
      });
    });
  });
});
