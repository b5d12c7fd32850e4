import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer';
import { parseQuery } from '../../lambda/query/parse-query';
import { parseOrderedJson } from '../../lambda/query/ordered-json';
import type { DatasetSchema } from '../../lambda/query/dataset-schema';
import type { ColumnType } from '../../lambda/query/expanded';
import { seededRandom } from '../../scripts/sample-data/random';
import type { Random } from '../../scripts/sample-data/random';
import { ecomQueries } from '../e2e/ecom-queries';
import { answerText } from '../engine/answer-text';
import { evaluate } from '../engine/reference';
import type { Cell, ReferenceDataset, Row } from '../engine/reference-dataset';

const columns: ReadonlyMap<string, ColumnType> = new Map([
  ['user_id', 'STRING'],
  ['session_id', 'STRING'],
  ['event', 'STRING'],
  ['platform', 'STRING'],
  ['channel', 'STRING'],
  ['cohort', 'STRING'],
  ['timestamp', 'INT'],
  ['price', 'FLOAT'],
  ['quantity', 'INT'],
  ['logged_in', 'BOOL'],
]);
const parquetTypes = { STRING: 'STRING', INT: 'INT64', FLOAT: 'DOUBLE', BOOL: 'BOOLEAN' } as const;

const start = 1_704_067_200_000;
const weeks = 4 * 7 * 24 * 3_600_000;
const events = ['home', 'promo_page', 'product_view', 'add_to_cart', 'search', 'cart', 'purchase', 'payment_details', 'catalog'];
const rowsPerUser = 20;

export interface DatasetSize {
  readonly parts: number;
  readonly usersPerPart: number;
  readonly queries: number;
}

/** A query as a client sends it, and the only right answer. */
export interface KnownQuery {
  readonly text: string;
  /** As `answerText` writes it. */
  readonly answer: string;
}

/** Events of a shop with the columns of the e-commerce stream, as Parquet files and as queries whose answers are known. */
export interface EventDataset {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly queries: readonly KnownQuery[];
}

/** Answers are the reference evaluator's; a file of another seed holds other users. */
export function makeEventDataset(seed: number, { parts, usersPerPart, queries }: DatasetSize): EventDataset {
  const random = seededRandom(seed);
  const rows = Array.from({ length: parts }, (_, part) => partRows(random, part, usersPerPart));
  const dataset: ReferenceDataset = { parts: rows, groupIdColumn: 'user_id', timestampColumn: 'timestamp', columns };
  const schema = schemaOf(dataset);
  return {
    files: new Map(rows.map((part, index) => [`part-${String(index).padStart(4, '0')}.parquet`, parquetFile(part)])),
    queries: fc.sample(ecomQueries(start, start + weeks), { seed, numRuns: queries }).map((query) => {
      const text = JSON.stringify(query);
      return { text, answer: answerText(evaluate(parseQuery(text, schema), dataset)) };
    }),
  };
}

/** The part of a response that depends on nothing but data and query, as text. */
export function answerOf(response: string): string {
  const { query, funnel } = parseOrderedJson(response) as { query: unknown; funnel: unknown };
  return answerText({ query, ...(funnel !== undefined && { funnel }) });
}

function partRows(random: Random, part: number, users: number): Row[] {
  const among = <Value>(...values: readonly Value[]) => values[random.integer(0, values.length - 1)];
  const rows = Array.from({ length: users }, (_, user): Row[] => {
    const id = `user_${String(part * users + user).padStart(4, '0')}`;
    const cohort = among('2024-01', '2024-02', '2024-03');
    return Array.from({ length: random.integer(1, 2 * rowsPerUser) }, () => {
      const event = among(...events);
      return {
        user_id: id,
        session_id: `${id}-${random.integer(0, 3)}`,
        event,
        platform: among('desktop', 'mobile', 'tablet'),
        channel: random.chance(0.1) ? null : among('email', 'organic', 'paid_search', 'direct', 'social'),
        cohort,
        timestamp: BigInt(start + random.integer(0, weeks)),
        price: random.chance(0.6) ? null : random.integer(1, 30_000) / 100,
        quantity: random.chance(0.6) ? null : BigInt(random.integer(1, 6)),
        logged_in: random.chance(0.1) ? null : random.chance(0.5),
      };
    });
  });
  return rows.flat();
}

function schemaOf(dataset: ReferenceDataset): DatasetSchema {
  const times = dataset.parts.flat().map(({ timestamp }) => Number(timestamp));
  return {
    groupIdColumn: dataset.groupIdColumn,
    timestampColumn: dataset.timestampColumn,
    columns: new Map([...columns].map(([name, type]) => [name, { type, logical: null }])),
    minTimestamp: times.reduce((least, time) => Math.min(least, time)),
    maxTimestamp: times.reduce((greatest, time) => Math.max(greatest, time)),
  };
}

function parquetFile(rows: readonly Row[]): Uint8Array {
  const columnData = [...columns].map(([name, type]): ColumnSource => ({ name, type: parquetTypes[type], data: rows.map((row): Cell => row[name]) }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
