/**
 * Compiles the kernels of the Parquet reader and of the engine (AssemblyScript) into `kernels/binary.ts` of each, a module like any other: so
 * bundles, tests and tsx need no loader for WebAssembly. It is kept in the repository, and a test refuses one that is out of date.
 * `node scripts/build-kernels.mjs`
 */
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const rooms = ['lambda/parquet', 'lambda/engine'];

/** The WebAssembly that a room's sources compile to. Throws with the compiler's words. */
export async function compileKernels(room = 'lambda/parquet') {
  let binary = null;
  const { error, stderr } = await asc.main(
    [`${room}/kernels/assembly/index.ts`, '--outFile', 'kernels.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--use', 'abort=', '--baseDir', root],
    { writeFile: (_name, contents) => { binary = contents; } },
  );
  if (error || binary === null) {
    throw new Error(`The kernels of ${room} do not compile: ${stderr.toString() || error?.message}`);
  }
  return Buffer.from(binary);
}

/** Writes the modules that are not up to date already. */
export async function buildKernels() {
  for (const room of rooms) {
    const target = path.join(root, room, 'kernels/binary.ts');
    const text = moduleOf(await compileKernels(room));
    if (readFileSync(target, { encoding: 'utf8', flag: 'a+' }) !== text) {
      writeFileSync(target, text);
    }
  }
}

function moduleOf(binary) {
  return `/** Made of assembly/*.ts by scripts/build-kernels.mjs: not to be edited. */\nexport const kernelsBinary = '${binary.toString('base64')}';\n`;
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  await buildKernels();
}
