import { isRuntimeInstalled } from './sandbox';

/** A `describe` that needs Lambda's runtime: left out loudly where it cannot be installed, but not in CI. */
export function describeLambda(name: string, tests: () => void): void {
  if (isRuntimeInstalled() || process.env.CI) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED, since Lambda's runtime is not installed (node scripts/install-lambda-runtime.mjs): ${name}\n`);
  describe.skip(name, tests);
}
