/**
 * Sees to it that the tests of S3 find a real S3 server: installs Debian's Ceph Object Gateway (about 100 MB) where it
 * is missing, without starting it. `node scripts/install-ceph.mjs`
 *
 * Where that is impossible, those tests are skipped, and this says so; in CI it is a failure.
 */
import { findProgram, InstallError, installPackages, isRoot } from './setup/debian-packages.mjs';

const programs = ['radosgw', 'ceph-mon', 'ceph-osd'];

function install() {
  if (!isRoot()) {
    throw new InstallError('installing it needs root');
  }
  process.stderr.write('frocket set-up: installing the Ceph Object Gateway for the tests of S3 …\n');
  installPackages(['radosgw', 'ceph-mon', 'ceph-osd']);
}

try {
  if (programs.some((name) => findProgram(name) === null)) {
    install();
  }
} catch (error) {
  if (!(error instanceof InstallError)) {
    throw error;
  }
  process.stderr.write(
    `WARNING: no Ceph Object Gateway was found, and ${error.message}. The tests of S3 are SKIPPED without it ` +
      '(Debian: apt install --no-install-recommends radosgw ceph-mon ceph-osd).\n',
  );
  process.exitCode = process.env.CI ? 1 : 0;
}
