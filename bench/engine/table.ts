import type { BenchCase, Figures } from './cases';
import { bundle } from './bundle';
import type { PeerWork } from './duckdb-side';
import type { OurWork, Report } from './our-side';
import type { ShopSize } from './shop-data';
import { makeShopFile } from './shop-data';
import { SideProcess } from './side-process';

/** Milliseconds of several runs. */
export interface Times {
  readonly least: number;
  readonly median: number;
}

export interface TableRow {
  readonly name: string;
  readonly ours: Times;
  readonly peer: Times;
  /** DuckDB's least time by ours: how many times as fast we are. */
  readonly ratio: number;
  /** The phrasing that was DuckDB's fastest. */
  readonly phrasing: string;
}

/** Sums of doubles are rounded by DuckDB at each addition, and by us once. */
const TOLERANCE = 1e-9;

/** Runs of each phrasing before the fastest is chosen; we run as often, so that rounds find both sides warm. */
const TRIALS = 2;

export interface TableOptions {
  readonly size: ShopSize;
  readonly rounds: number;
  readonly onRow: (row: TableRow) => void;
}

/**
 * Measures questions on both sides, in interleaved rounds; per file in fresh processes.
 * @param wanted which rows, by name
 * @throws Error where the answers differ
 */
export async function measureTable(cases: readonly BenchCase[], wanted: (name: string) => boolean, options: TableOptions): Promise<TableRow[]> {
  const bundles = await bundle(['our-process', 'duckdb-side']);
  const rows: TableRow[] = [];
  try {
    for (const file of new Set(cases.map((question) => question.file))) {
      const runs = cases.filter((question) => question.file === file).flatMap(temperatures).filter(({ name }) => wanted(name));
      if (runs.length === 0) continue;
      const shopFile = await makeShopFile(file, options.size);
      const ours = SideProcess.start<OurWork, Report>(bundles.file('our-process'));
      const peer = SideProcess.start<PeerWork, Report>(bundles.file('duckdb-side'));
      try {
        for (const { question, warm, name } of runs) {
          const askUs = () => ours.ask({ ...shopFile, query: question.query, warm });
          const askPeer = (sql: string) => peer.ask({ ...shopFile, sql, warm });
          const row = await measureRow(name, question, options.rounds, askUs, askPeer);
          rows.push(row);
          options.onRow(row);
        }
      } finally {
        await Promise.all([ours.stop(), peer.stop()]);
      }
    }
  } finally {
    await bundles.remove();
  }
  return rows;
}

function temperatures(question: BenchCase): { readonly question: BenchCase; readonly warm: boolean; readonly name: string }[] {
  const suffix = question.file.endsWith('zstd') ? '.zstd' : '';
  const cold = { question, warm: false, name: `${question.name}.cold${suffix}` };
  return question.warm ? [cold, { question, warm: true, name: `${question.name}.warm` }] : [cold];
}

async function measureRow(name: string, { phrasings }: BenchCase, rounds: number, askUs: () => Promise<Report>, askPeer: (sql: string) => Promise<Report>): Promise<TableRow> {
  const expected = (await askUs()).figures;
  const trials: { phrasing: string; sql: string; least: number }[] = [];
  for (const [phrasing, sql] of Object.entries(phrasings)) {
    const times: number[] = [];
    for (let trial = 0; trial < TRIALS; trial++) {
      compareFigures(name, expected, (await askUs()).figures);
      const { milliseconds, figures } = await askPeer(sql);
      compareFigures(`${name}, ${phrasing}`, expected, figures);
      times.push(milliseconds);
    }
    trials.push({ phrasing, sql, least: Math.min(...times) });
  }
  const [best] = trials.sort((left, right) => left.least - right.least);
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round++) {
    const [ours, peer] = [await askUs(), await askPeer(best.sql)];
    compareFigures(name, ours.figures, peer.figures);
    times.ours.push(ours.milliseconds);
    times.peer.push(peer.milliseconds);
  }
  const [ours, peer] = [timesOf(times.ours), timesOf(times.peer)];
  return { name, ours, peer, ratio: peer.least / ours.least, phrasing: best.phrasing };
}

function compareFigures(name: string, ours: Figures, peer: Figures): void {
  for (const key of new Set([...Object.keys(ours), ...Object.keys(peer)])) {
    const [our, their] = [ours[key] ?? NaN, peer[key] ?? NaN];
    if (!(Math.abs(our - their) <= TOLERANCE * Math.abs(their))) {
      throw new Error(`${name}: '${key}' is ${our} by us and ${their} by DuckDB.\n${JSON.stringify({ ours, peer }, null, 1)}`);
    }
  }
}

function timesOf(values: readonly number[]): Times {
  const sorted = [...values].sort((left, right) => left - right);
  return { least: sorted[0], median: sorted[Math.floor(sorted.length / 2)] };
}
