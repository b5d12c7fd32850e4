// Packages that ship only ES modules: Jest runs CommonJS, so these are transformed like our own sources.
const esModulesOnly = ['hyparquet', 'hyparquet-compressors', 'hyparquet-writer', 'hysnappy', 'zstddec', 'fzstd', 'p-limit', 'yocto-queue', 'p-retry', 'is-network-error'];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.m?[jt]s$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModulesOnly.join('|')})/)`],
  testTimeout: 30_000,
  maxWorkers: 2,
};
