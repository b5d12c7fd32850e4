/** What the product is measured by: one table against DuckDB, and sections of their own figures. `npm run bench` */
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { coloursFor } from '../scripts/output/colours';
import { renderTable } from '../scripts/output/table';
import { api } from './api';
import { benchCases } from './engine/cases';
import { describeMachine, describeVersions } from './engine/machine';
import { memory } from './engine/memory';
import type { Section, SectionRow } from './engine/section';
import { scale } from './engine/scale';
import { start } from './engine/start';
import type { TableRow } from './engine/table';
import { measureTable } from './engine/table';

/** A figure as `--json` writes it. */
export interface FigureRow {
  readonly name: string;
  readonly ours: number;
  /** Null where there is no peer; then so is the ratio. */
  readonly peer: number | null;
  /** Greater is better. */
  readonly ratio: number | null;
  readonly unit: string;
}

interface Options {
  readonly json?: string;
  readonly quick: boolean;
  readonly only?: RegExp;
  readonly rounds?: number;
}

const FULL = { rows: 5_000_000, users: 1_000_000 };
const QUICK = { rows: 500_000, users: 100_000 };

const ROUNDS = 9;
/** What takes a millisecond takes more of them until caches and compiled code are as they stay. */
const QUICK_TABLE_ROUNDS = 30;

const command = new Command('bench')
  .description('Measures queries against DuckDB with one thread on the same core, and what else the product promises.')
  .option('--json <file>', 'also write the figures to a file')
  .option('--quick', 'a tenth of the rows', false)
  .option('--only <pattern>', 'rows and sections whose name matches a regular expression', regularExpression)
  .option('--rounds <count>', 'runs of each side per row; default: 9, of the table with --quick 30', wholeNumber)
  .parse();

const { json, quick, only, rounds } = command.opts<Options>();
const size = quick ? QUICK : FULL;
const tableRounds = rounds ?? (quick ? QUICK_TABLE_ROUNDS : ROUNDS);
const wanted = (name: string) => only?.test(name) ?? true;
const [machine, versions] = [describeMachine(), describeVersions()];

console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB, load ${machine.load}; Node.js ${versions.node}, DuckDB ${versions.duckdb}, commit ${versions.commit}`);
console.log(`${size.rows} rows of ${size.users} users; ${machine.pinned ? 'both sides confined to one core' : 'not confined to a core'}, DuckDB with one thread; ${tableRounds} interleaved rounds; ratios are of minima\n`);
const sections: readonly Section[] = [scale, start, memory, api];
const table = await measureTable(benchCases, wanted, { size, rounds: tableRounds, onRow: ({ name, ratio }) => process.stderr.write(`${name} ${ratio.toFixed(1)}\n`) });
printTable(table);

const figures: FigureRow[] = table.map(({ name, ours, peer, ratio }) => ({ name, ours: ours.least, peer: peer.least, ratio, unit: 'ms' }));
for (const section of sections.filter(({ name }) => wanted(name))) {
  const rows = await section.measure({ size, rounds: rounds ?? ROUNDS });
  printSection(section, rows);
  figures.push(...rows.map(({ name, value, unit }) => ({ name, ours: value, peer: null, ratio: null, unit })));
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, versions, rows: figures }, null, 2)}\n`);

function printSection({ title }: Section, rows: readonly SectionRow[]): void {
  console.log(`\n${title}\n`);
  for (const { name, value, unit, note = '' } of rows) console.log(`  ${name.padEnd(36)}${value.toFixed(value < 100 ? 1 : 0).padStart(10)} ${unit.padEnd(14)}${note}`);
}

function printTable(rows: readonly TableRow[]): void {
  if (rows.length === 0) return;
  const right = (title: string) => ({ title, align: 'right' as const });
  const cells = rows.map(({ name, ours, peer, ratio, phrasing }) => [
    name, ...[ours.least, ours.median, peer.least, peer.median].map((milliseconds) => milliseconds.toFixed(1)), ratio.toFixed(1), phrasing,
  ]);
  const columns = [{ title: 'milliseconds' }, right('ours, least'), right('median'), right('DuckDB, least'), right('median'), right('ratio'), { title: 'its phrasing' }];
  console.log(renderTable(columns, cells, coloursFor(process.stdout)));
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError('It must be a regular expression.');
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return number;
}
