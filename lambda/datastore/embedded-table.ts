import { createHash } from 'node:crypto';
import type { Database } from 'lmdb';
import { decode, encode } from './codec';

/** Values of one type by text of any kind and length. Writes belong into `EmbeddedEnvironment.write`. */
export class EmbeddedTable<Value> {
  constructor(private readonly database: Database<Buffer, string>) {}

  get(key: string): Value | null {
    const bytes = this.bytes(key);
    return bytes === null ? null : decode<Value>(bytes);
  }

  /** The value, encoded. */
  bytes(key: string): Buffer | null {
    return this.database.get(digest(key)) ?? null;
  }

  /** In no particular order. */
  values(): Value[] {
    return [...this.database.getRange()].map(({ value }) => decode<Value>(value));
  }

  put(key: string, value: Value): void {
    this.database.putSync(digest(key), encode(value));
  }

  /** False where there was none. */
  remove(key: string): boolean {
    return this.database.removeSync(digest(key));
  }
}

/** LMDB takes keys of at most 1,978 bytes. By UTF-16 code units, since UTF-8 would make all lone surrogates one. */
function digest(key: string): string {
  return createHash('sha256').update(key, 'utf16le').digest('hex');
}
