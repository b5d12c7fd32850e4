import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packagesInLayer } from '../../lib/constructs/dependency-layer';

const repository = path.resolve(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'frocket-layer-'));
const modules = path.join(folder, 'nodejs', 'node_modules');

interface Lock { readonly packages: Readonly<Record<string, { readonly version?: string }>> }
const lockOf = (place: string): Lock => JSON.parse(readFileSync(path.join(repository, place, 'package-lock.json'), 'utf8')) as Lock;

beforeAll(() => {
  execFileSync(process.execPath, [path.join(repository, 'layer/build.mjs'), folder], { stdio: 'ignore' });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = (place: string): string[] => readdirSync(place, { recursive: true, encoding: 'utf8' });

test('every package has the version that is tested here', () => {
  const [layer, root] = [lockOf('layer').packages, lockOf('.').packages];
  // Here, a package of several versions may lie within the one that needs it.
  const tested = new Set(Object.entries(root).map(([place, { version }]) => `${place.slice(place.lastIndexOf('node_modules/'))} ${version}`));
  const different = Object.entries(layer).filter(([name]) => name !== '').filter(([name, { version }]) => !tested.has(`${name} ${version}`)).map(([name]) => name);
  expect(different).toEqual([]);
});

test('every package can be required as Lambda does, without the experimental require of ES modules', () => {
  const program = packagesInLayer().map((name) => `require(${JSON.stringify(name)});`).join('');
  execFileSync(process.execPath, ['--no-experimental-require-module', '-e', program], { cwd: folder, env: { ...process.env, NODE_PATH: modules } });
  expect(packagesInLayer()).toContain('ioredis');
});

test('the AWS SDK is not in it: the runtime has its own', () => {
  expect(existsSync(path.join(modules, '@aws-sdk'))).toBe(false);
  expect(existsSync(path.join(modules, '@smithy'))).toBe(false);
});

test('nothing native, no types, no source maps', () => {
  expect(files(modules).filter((name) => /\.(node|d\.[cm]?ts|map)$/.test(name))).toEqual([]);
});

test('it is small beside Lambda\'s 250 MB', () => {
  const size = files(modules).map((name) => statSync(path.join(modules, name))).filter((stat) => stat.isFile()).reduce((sum, stat) => sum + stat.size, 0);
  expect(size).toBeGreaterThan(1_000_000);
  expect(size).toBeLessThan(30 * 1024 * 1024);
});
