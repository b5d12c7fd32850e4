import { readFileSync } from 'node:fs';
import path from 'node:path';
import { settingsTable } from '../../scripts/deploy/settings-table';

const guide = readFileSync(path.resolve(__dirname, '../../docs/operating.md'), 'utf8');

test('the guide has the table of settings as the schema prints it', () => {
  const [, table] = guide.split(/<!-- settings: .* -->|<!-- end of settings -->/);
  expect(table.trim()).toBe(settingsTable());
});

test('every setting says what it does', () => {
  const silent = settingsTable().split('\n').filter((row) => row.endsWith('|  |'));
  // Parts of a list's items and of a domain say it by their names.
  expect(silent.filter((row) => !/`(network\(existing\)\.subnets\[\]|datasets\.sources\[\]|api\.domain)\./.test(row))).toEqual([]);
});
