/** The other side of the table: DuckDB with one thread, in a process of its own. */
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import path from 'node:path';
import type { Report } from './our-side';
import type { ShopFile } from './shop-data';
import { answerMessages } from './side-process';

export interface PeerWork extends ShopFile {
  readonly sql: string;
  /** Cold: from the file. Warm: from a table in memory, its event an enumeration. */
  readonly warm: boolean;
}

let connection: Promise<DuckDBConnection> | null = null;
let tableOf: string | null = null;

async function open(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const opened = await instance.connect();
  await opened.run('set threads = 1');
  return opened;
}

async function run({ folder, filename, sql, warm }: PeerWork): Promise<Report> {
  const duckdb = await (connection ??= open());
  const file = path.join(folder, filename);
  if (warm && tableOf !== file) {
    await duckdb.run(`drop table if exists loaded; drop type if exists event_name`);
    await duckdb.run(`create type event_name as enum (select distinct event from read_parquet('${file}') order by event)`);
    await duckdb.run(`create table loaded as select * replace (event::event_name as event) from read_parquet('${file}')`);
    tableOf = file;
  }
  const statement = sql.replaceAll(/\bevents\b/g, warm ? 'loaded' : `read_parquet('${file}')`);
  const startedAt = performance.now();
  const reader = await duckdb.runAndReadAll(statement);
  const milliseconds = performance.now() - startedAt;
  return { milliseconds, figures: figuresOf(reader.getRowObjects()) };
}

function figuresOf(rows: readonly Readonly<Record<string, unknown>>[]): Record<string, number> {
  const pairs = rows.flatMap((row): [string, unknown][] => ('name' in row ? [[String(row.name), row.value]] : Object.entries(row)));
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
}

answerMessages(run);
