import { isS3ServerInstalled } from './s3-server';

/** A `describe` that needs the S3 server: left out loudly where it cannot be installed, but not in CI. */
export function describeS3(name: string, tests: () => void): void {
  if (isS3ServerInstalled() || process.env.CI) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`SKIPPED, since there is no Ceph Object Gateway (node scripts/install-ceph.mjs): ${name}\n`);
  describe.skip(name, tests);
}
