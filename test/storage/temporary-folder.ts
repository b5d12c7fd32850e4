import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder for each test of the describe block or file in which this is called, removed after the test. */
export function temporaryFolder(): { readonly path: string } {
  const current = { path: '' };
  beforeEach(() => {
    current.path = realpathSync(mkdtempSync(path.join(tmpdir(), 'frocket-test-')));
  });
  afterEach(() => rmSync(current.path, { recursive: true, force: true }));
  return current;
}
