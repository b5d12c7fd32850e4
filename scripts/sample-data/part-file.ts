import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ShopEvent } from './visitor';

/** One Parquet file (snappy) of these events, in order of time as a shop's log would have them. */
export function partFile(events: readonly ShopEvent[]): Uint8Array {
  const rows = events.toSorted((a, b) => a.timestamp - b.timestamp);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'user_id', type: 'INT64', nullable: false, data: rows.map((row) => row.userId) },
        { name: 'timestamp', type: 'INT64', nullable: false, data: rows.map((row) => BigInt(row.timestamp)) },
        { name: 'event', type: 'STRING', nullable: false, data: rows.map((row) => row.event) },
        { name: 'platform', type: 'STRING', nullable: false, data: rows.map((row) => row.platform) },
        { name: 'channel', type: 'STRING', data: rows.map((row) => row.channel) },
        { name: 'country', type: 'STRING', nullable: false, data: rows.map((row) => row.country) },
        { name: 'category', type: 'STRING', data: rows.map((row) => row.category) },
        { name: 'price', type: 'DOUBLE', data: rows.map((row) => row.price) },
        { name: 'quantity', type: 'INT32', data: rows.map((row) => row.quantity) },
        { name: 'logged_in', type: 'BOOLEAN', data: rows.map((row) => row.loggedIn) },
      ],
      codec: 'SNAPPY',
      rowGroupSize: 100_000,
    }),
  );
}
