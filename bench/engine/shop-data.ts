import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Changes with the generator, so that files of an earlier one are not taken for its own. */
const GENERATION = 1;

export type ShopFileName = `${'sorted' | 'shuffled'}-${'snappy' | 'zstd'}` | 'close-ids' | 'string-ids' | 'wide-ids';

/** One part of events, as written by DuckDB. Times in milliseconds since the epoch. */
export interface ShopFile {
  readonly folder: string;
  readonly filename: string;
}

export interface ShopSize {
  readonly rows: number;
  readonly users: number;
}

/** Expressions for user IDs: spread over 40 million numbers as in a part of a larger dataset, from 0 on as in one that has a single part, as text, and beyond 2^53. */
const userIds = {
  number: '(user_number * 2654435761 % 40000003)::bigint',
  close: 'user_number::bigint',
  text: `'user-' || lpad(to_hex(user_number * 2654435761 % 40000003), 8, '0')`,
  wide: '9007199254740993 + (user_number * 2654435761 % 40000003)::bigint * 8000000011',
};

const files: Readonly<Record<ShopFileName, { readonly userId: string; readonly order: string; readonly codec: string }>> = {
  'sorted-snappy': { userId: userIds.number, order: 'user_id, timestamp', codec: 'snappy' },
  'sorted-zstd': { userId: userIds.number, order: 'user_id, timestamp', codec: 'zstd' },
  'shuffled-snappy': { userId: userIds.number, order: 'random(i, 99)', codec: 'snappy' },
  'shuffled-zstd': { userId: userIds.number, order: 'random(i, 99)', codec: 'zstd' },
  'close-ids': { userId: userIds.close, order: 'random(i, 99)', codec: 'snappy' },
  'string-ids': { userId: userIds.text, order: 'user_id, timestamp', codec: 'snappy' },
  'wide-ids': { userId: userIds.wide, order: 'user_id, timestamp', codec: 'snappy' },
};

/**
 * A generator of our own, so that its numbers are the same with every version of DuckDB: C. Wellons' `lowbias32` of a row's
 * number and a salt, as a fraction. In three macros, since DuckDB's have no variables.
 */
export const randomMacros = `
  create macro mix_first(x) as xor(x, x >> 16) * 2146121005::ubigint & 4294967295::ubigint;
  create macro mix_second(x) as xor(x, x >> 15) * 2221713035::ubigint & 4294967295::ubigint;
  create macro mix_third(x) as xor(x, x >> 16);
  create macro random(i, salt) as mix_third(mix_second(mix_first(xor(i::ubigint, salt::ubigint * 2654435769 & 4294967295)))) / 4294967296.0;`;

/** Each user once, and the rest by chance, the square preferring some: the busiest of a million has some 4,000 of 5 million rows. */
export function eventsSql({ rows, users }: ShopSize, userId = userIds.number): string {
  return `
    with drawn as (
      select i, case when i < ${users} then i else floor(${users} * random(i, 1) ** 2)::bigint end as user_number,
        random(i, 2) as draw
      from range(${rows}) numbers(i)
    ), timed as (
      select *, 1700000000000 + (random(user_number, 3) * 5184000000)::bigint + (random(i, 4) ** 3 * 2592000000)::bigint as exact_time from drawn
    )
    select i, ${userId} as user_id,
      -- Some rows of a user share a time, as in data of a tracker that batches.
      case when random(i, 5) < 0.05 then exact_time - exact_time % 60000 else exact_time end as timestamp,
      case when draw < 0.8 then 'view' when draw < 0.89 then 'addtocart' when draw < 0.96 then 'search' else 'transaction' end as event,
      case when draw between 0.89 and 0.96 or random(i, 6) < 0.2 then null else floor(random(i, 7) ** 2 * 50000) / 100 end as price,
      ['acme', 'bolt', 'cargo', 'delta', 'ember', 'fjord', 'grove', 'haven', 'iris', 'juno'][1 + item_number % 10] || '-' ||
        ['boots', 'shirt', 'lamp', 'chair', 'phone', 'watch', 'kettle'][1 + item_number % 7] || '-' || lpad(item_number::varchar, 6, '0') as item,
      (1 + random(i, 9) ** 4 * 12)::integer as quantity,
      (random(item_number, 10) * 500)::integer as category,
      case when random(i, 11) < 0.1 then null else (random(user_number, 12) * 50)::integer end as store,
      case when random(user_number, 13) < 0.4 then null else 16 + (random(user_number, 14) * 70)::integer end as age,
      random(i, 15) as score,
      random(i, 16) < 0.55 as mobile,
      random(user_number, 17) < 0.3 as returning_customer
    from (select *, floor(random(i, 8) ** 1.5 * 100000)::bigint as item_number from timed)`;
}

/** The folder of the files of one size; files stay between runs. */
export function shopFolder({ rows }: ShopSize): string {
  return path.join(tmpdir(), 'frocket-bench-data', `shop-${GENERATION}-${rows}`);
}

/** Writes a file where it is not there yet. */
export async function makeShopFile(name: ShopFileName, size: ShopSize): Promise<ShopFile> {
  const { userId, order, codec } = files[name];
  const folder = shopFolder(size);
  const filename = `${name}.parquet`;
  await writeParquet(path.join(folder, filename), `select * exclude (i) from (${eventsSql(size, userId)}) order by ${order}`, codec);
  return { folder, filename };
}

/** Writes a query's rows, by DuckDB, where the file is not there yet. The query may use `random(number, salt)`. */
export async function writeParquet(file: string, sql: string, codec: string): Promise<void> {
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  try {
    const connection = await instance.connect();
    await connection.run(randomMacros);
    const unfinished = `${file}.${process.pid}`;
    await connection.run(`copy (${sql}) to '${unfinished}' (format parquet, compression ${codec})`);
    renameSync(unfinished, file);
  } finally {
    instance.closeSync();
  }
}
