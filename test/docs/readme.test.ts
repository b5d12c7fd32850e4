import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes } from '../../scripts/commands/exit-codes';

const repository = path.resolve(__dirname, '../..');
const textOf = (file: string) => readFileSync(path.join(repository, file), 'utf8');
const readme = textOf('README.md');
const manifest = JSON.parse(textOf('package.json')) as Record<'scripts' | 'dependencies' | 'devDependencies', Record<string, string>>;

/** What stands in code style in the first column of a section's table. */
function firstColumn(heading: string): string[] {
  const [, section = ''] = readme.split(`\n### ${heading}\n`);
  return [...section.split(/\n##+ /)[0].matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell);
}

test('every package has its reason, and there are no others', () => {
  expect(firstColumn('Packages')).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort());
});

test('every setting stands there', () => {
  const settings = new Set(textOf('lambda/invoker/settings.ts').match(/FROCKET_\w+(?=:)/g));
  expect(firstColumn('Settings').sort()).toEqual([...settings].sort());
});

test('every exit code stands there', () => {
  const [, listed] = /\*\*Exit codes\*\*([^]*?)\n\n/.exec(readme) ?? ['', ''];
  expect(listed.match(/\d+/g)?.map(Number)).toEqual([...new Set(Object.values(exitCodes))]);
});

test('every npm script that is named exists', () => {
  [...readme.matchAll(/`?npm run ([\w:-]+)/g)].forEach(([, script]) => expect(manifest.scripts).toHaveProperty([script]));
});

test.each(['README.md', 'docs/query-guide.md', 'docs/operating.md', 'docs/architecture.md', 'docs/decisions.md'])('links of %s lead somewhere', (file) => {
  const links = [...textOf(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => link);
  expect(links.filter((link) => !existsSync(path.join(repository, path.dirname(file), link)))).toEqual([]);
});
