import type { FileMetaData } from 'hyparquet';
import { parquetMetadata } from 'hyparquet';
import type { ByteSource } from './byte-source';
import { CompactReader, ThriftType } from './compact-thrift';
import { ParquetError, explain } from './errors';
import { STATISTICS_AS_STORED } from './row-group-statistics';

/** What is read of a file to begin with: enough for most footers, and all of a small file. */
const FIRST_READ = 64 * 1024;
/** Length of the footer (4 bytes) and the magic number. */
const TRAILER = 8;
const MAGIC_LENGTH = 4;

export interface Footer {
  readonly metadata: FileMetaData;
  /** Where the footer begins: column chunks lie before. */
  readonly start: number;
  /** The file's last bytes, from `tailStart` on, which need not be read again. */
  readonly tail: Uint8Array;
  readonly tailStart: number;
}

/** Reads and parses the footer, in one read or two. Throws a `ParquetError` where there is none. */
export async function readFooter(source: ByteSource): Promise<Footer> {
  const { name, byteLength } = source;
  if (byteLength < MAGIC_LENGTH + TRAILER) {
    throw new ParquetError(name, byteLength === 0 ? 'it is empty' : `truncated: the file has ${count(byteLength)} bytes, too few for any Parquet file`);
  }
  const tailStart = Math.max(0, byteLength - FIRST_READ);
  const tail = plainBytes(await source.read(tailStart, byteLength));
  const length = footerLength(name, tail, byteLength);
  const start = byteLength - TRAILER - length;
  const trailer = tail.subarray(tail.length - TRAILER);
  const footer = start >= tailStart
    ? tail.subarray(start - tailStart, tail.length)
    : concatenated(plainBytes(await source.read(start, byteLength - TRAILER)), trailer);
  const metadata = explain(name, () => 'its footer cannot be parsed', () => {
    // The library trusts lengths: walking over the footer first keeps a lie from becoming a huge array or an endless loop.
    const walker = new CompactReader(footer, 0, footer.length - TRAILER);
    walker.skip(ThriftType.STRUCT);
    return parquetMetadata(footer, { geoparquet: false, parsers: STATISTICS_AS_STORED });
  });
  return { metadata, start, tail, tailStart };
}

function footerLength(name: string, tail: Uint8Array, byteLength: number): number {
  const magic = Buffer.from(tail.subarray(tail.length - MAGIC_LENGTH)).toString('latin1');
  if (magic === 'PARE') throw new ParquetError(name, 'its footer is encrypted');
  if (magic !== 'PAR1') throw new ParquetError(name, 'truncated, or not Parquet at all: it does not end with PAR1');
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(tail.length - TRAILER, true);
  if (length > byteLength - TRAILER - MAGIC_LENGTH) {
    throw new ParquetError(name, `truncated: the footer says ${count(length)} bytes, the file has ${count(byteLength)}`);
  }
  return length;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A plain view: `Buffer` has another `slice`, and code that sees one class only runs faster. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
