/**
 * Builds the dependency layer for Lambda on arm64, without Docker: `node layer/build.mjs FOLDER`.
 * What comes out depends on package-lock.json and this file alone. No package in it has native parts; should one come,
 * npm picks the build for Linux on arm64, and none is compiled here.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = path.dirname(fileURLToPath(import.meta.url));

/** Lambda takes 250 MB for a function and its layers, unpacked; this leaves room for the function, and starts fast. */
export const largestLayer = 30 * 1024 * 1024;

/** Never read at run time: types, source maps, texts, tests, browsers' builds. Licences stay. */
const unwantedFile = /(\.d\.[cm]?ts|\.[cm]?ts|\.tsx|\.map|\.md|\.markdown|\.flow|tsconfig.*\.json|\.tsbuildinfo|\.umd\.js|\.min\.js)$/i;
const unwantedFolder = new Set(['test', 'tests', '__tests__', 'docs', 'doc', 'example', 'examples', 'bench', 'benchmark', 'benchmarks', 'browser', '.github', '.bin']);

/** Installs and strips the packages into `<folder>/nodejs/node_modules`, where Lambda's Node.js looks. Returns their size in bytes. */
export function buildLayer(folder) {
  const nodejs = path.join(folder, 'nodejs');
  mkdirSync(nodejs, { recursive: true });
  const workshop = mkdtempSync(path.join(nodejs, 'building-'));
  try {
    for (const name of ['package.json', 'package-lock.json']) {
      copyFileSync(path.join(source, name), path.join(workshop, name));
    }
    npm(['ci', '--omit=dev', '--os=linux', '--cpu=arm64', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], workshop);
    const packages = path.join(workshop, 'node_modules');
    rmSync(path.join(packages, '.package-lock.json'));
    strip(packages);
    const size = sizeOf(packages);
    if (size > largestLayer) {
      throw new Error(`The dependency layer has ${size} bytes unpacked; it should have at most ${largestLayer}. Leave out what the functions do not need, or strip more of it.`);
    }
    renameSync(packages, path.join(nodejs, 'node_modules'));
    return size;
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

function npm(args, cwd) {
  const { status, error } = spawnSync('npm', args, { cwd, stdio: ['ignore', process.stderr, process.stderr], shell: process.platform === 'win32' });
  if (error || status !== 0) {
    throw new Error(`\`npm ${args.join(' ')}\` for the dependency layer failed${error ? `: ${error.message}` : ` with exit code ${status}`}.`);
  }
}

function strip(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory() && !unwantedFolder.has(entry.name)) {
      strip(place);
    } else if (entry.isDirectory() || unwantedFile.test(entry.name)) {
      rmSync(place, { recursive: true });
    }
  }
}

function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const place = path.join(folder, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(place) : statSync(place).size);
  }, 0);
}

if (process.argv[1] && fileURLToPath(import.meta.url) === path.resolve(process.argv[1])) {
  const folder = process.argv[2];
  if (!folder) {
    throw new Error('Name the folder to build into: node layer/build.mjs FOLDER');
  }
  buildLayer(path.resolve(folder));
}
