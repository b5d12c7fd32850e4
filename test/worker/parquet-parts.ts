import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSource } from 'hyparquet-writer';
import type { PartFile } from '../../lambda/datastore/dataset';
import { openStorage } from '../../lambda/storage/open-storage';

/** A new folder for one test's files. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'frocket-test-'));
}

/** Writes one Parquet file and describes it as the storage lists it. */
export async function writePart(folder: string, filename: string, columns: ColumnSource[], kvMetadata: { key: string; value: string }[] = []): Promise<PartFile> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, filename);
  await writeFile(file, new Uint8Array(parquetWriteBuffer({ columnData: columns, kvMetadata })));
  return describePart(folder, filename);
}

/** The file as the storage lists it. */
export async function describePart(folder: string, filename: string): Promise<PartFile> {
  const part = (await openStorage(folder).list('*')).find((candidate) => candidate.filename === filename);
  if (part === undefined) throw new Error(`${filename} is not listed.`);
  return part;
}

export interface Event {
  readonly user: number | bigint | null;
  readonly time: number | bigint | null;
  readonly event: string | null;
  readonly price?: number | null;
}

/** The columns of a small shop: `user` and `time` int64, `event` string, `price` double. */
export function shopColumns(events: readonly Event[]): ColumnSource[] {
  const bigints = (values: (number | bigint | null)[]) => values.map((value) => (value === null ? null : BigInt(value)));
  return [
    { name: 'user', data: bigints(events.map(({ user }) => user)), type: 'INT64' },
    { name: 'time', data: bigints(events.map(({ time }) => time)), type: 'INT64' },
    { name: 'event', data: events.map(({ event }) => event), type: 'STRING' },
    { name: 'price', data: events.map(({ price = null }) => price), type: 'DOUBLE' },
  ];
}

/** Each user views, half of them put something into the cart, a quarter buy. Users and times tell the parts apart. */
export function shopEvents(part: number, users = 8): Event[] {
  return Array.from({ length: users }, (_, index) => part * users + index).flatMap((user, index): Event[] => [
    { user, time: 1000 * user + 1, event: 'view' },
    ...(index % 2 === 0 ? [{ user, time: 1000 * user + 2, event: 'cart', price: 2 }] : []),
    ...(index % 4 === 0 ? [{ user, time: 1000 * user + 3, event: 'buy', price: 4.5 }] : []),
  ]);
}

/** Writes `parts` parts of `shopEvents`, and returns the folder. */
export async function shopFolder(parts: number, nameOf = (part: number) => `part-${String(part).padStart(5, '0')}.parquet`): Promise<string> {
  const folder = await temporaryFolder();
  for (let part = 0; part < parts; part++) {
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, nameOf(part)), new Uint8Array(parquetWriteBuffer({ columnData: shopColumns(shopEvents(part)) })));
  }
  return folder;
}
