import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** For each room the rooms of the product that it may import from; design: docs/architecture.md. */
const mayImport = {
  'lambda/query': [],
  'lambda/engine': ['lambda/query'],
  'lambda/parquet': ['lambda/engine', 'lambda/query'],
  'lambda/storage': ['lambda/engine', 'lambda/parquet', 'lambda/datastore', 'lambda/query'],
  'lambda/datastore': ['lambda/engine', 'lambda/query'],
  'lambda/worker': ['lambda/engine', 'lambda/parquet', 'lambda/storage', 'lambda/datastore', 'lambda/query'],
  'lambda/invoker': ['lambda/engine', 'lambda/storage', 'lambda/datastore', 'lambda/query'],
  lib: [],
};
const rooms = [...Object.keys(mayImport), 'scripts', 'bin', 'test', 'bench'];
const pureRooms = ['lambda/query', 'lambda/engine', 'lambda/parquet'];

const roomRules = Object.entries(mayImport).map(([room, allowed]) => {
  const forbidden = rooms.filter((other) => other !== room && !allowed.includes(other));
  const patterns = forbidden.map((other) => ({
    group: [`**/${other.replace('lambda/', '')}/**`],
    message: `${room} may import only from ${allowed.join(', ') || 'itself'}.`,
  }));
  const purity = pureRooms.includes(room)
    ? [{ group: ['node:fs*', 'node:net', 'node:http*', 'node:child_process', 'node:worker_threads', '@aws-sdk/*', 'ioredis'], message: `${room} is pure: no I/O, no AWS.` }]
    : [];
  return { files: [`${room}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, ...purity] }] } };
});

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'cdk.out', 'coverage', 'test/parquet/fixtures', 'lambda/parquet/kernels/assembly', 'lambda/engine/kernels/assembly'] },
  eslint.configs.recommended,
  { files: ['**/*.{mjs,cjs}'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', performance: 'readonly', require: 'readonly', globalThis: 'readonly' } } },
  {
    // Functions and parts of a runtime as Lambda loads them.
    files: ['test/harness/**/*.{js,cjs}'],
    languageOptions: { sourceType: 'commonjs', globals: { Buffer: 'readonly', awslambda: 'readonly', console: 'readonly', process: 'readonly', setInterval: 'readonly', setTimeout: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
    },
  },
  ...roomRules,
);
