import { Encoding, unexpectedEncoding } from './encoding';
import { MalformedError } from './errors';
import type { Kernels } from './kernels/kernels';
import { byteArraysOutcome } from './kernels/outcomes';
import { decodeDelta } from './page';

/** Values of varying length: value i lies in `bytes` from `starts[i]` up to and excluding `ends[i]`. */
export interface ByteArrays {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Prefixes can repeat one long value many times over; no honest page comes near. */
const MOST_BYTES_WITH_PREFIXES = 1 << 29;
/** Of a value's length in PLAIN. */
const LENGTH_BYTES = 4;

/**
 * Finds the `count` values of a page of BYTE_ARRAY, whatever its encoding (dictionaries aside). Where they lie may itself lie
 * in the kernels' memory, as `bytes` does.
 */
export function locateByteArrays(kernels: Kernels, encoding: number, bytes: Uint8Array, count: number): ByteArrays {
  switch (encoding) {
    case Encoding.PLAIN:
      return locatePlain(kernels, bytes, count);
    case Encoding.DELTA_LENGTH_BYTE_ARRAY:
      return locateDeltaLength(kernels, bytes, 0, count);
    case Encoding.DELTA_BYTE_ARRAY:
      return joinPrefixes(kernels, bytes, count, 0);
    default:
      return unexpectedEncoding(encoding, 'BYTE_ARRAY');
  }
}

/** The same values as PLAIN has them, each behind its length in 4 bytes. Views on the kernels' memory may end here. */
export function plainByteArrays(kernels: Kernels, encoding: number, bytes: Uint8Array, count: number): Uint8Array {
  switch (encoding) {
    case Encoding.PLAIN:
      refuseTooMany(bytes, count);
      return bytes;
    case Encoding.DELTA_LENGTH_BYTE_ARRAY:
      return layOutPlain(kernels, locateDeltaLength(kernels, bytes, 0, count));
    case Encoding.DELTA_BYTE_ARRAY:
      return withLengths(joinPrefixes(kernels, bytes, count, LENGTH_BYTES));
    default:
      return unexpectedEncoding(encoding, 'BYTE_ARRAY');
  }
}

function refuseTooMany(bytes: Uint8Array, count: number): void {
  if (count * LENGTH_BYTES > bytes.length) throw new MalformedError(`${count} byte arrays in ${bytes.length} bytes`);
}

/** Each value follows its length in 4 bytes. */
function locatePlain(kernels: Kernels, bytes: Uint8Array, count: number): ByteArrays {
  const size = bytes.length;
  refuseTooMany(bytes, count);
  const starts = kernels.allocate(count * 4);
  const ends = kernels.allocate(count * 4);
  byteArraysOutcome(kernels, kernels.run.locatePlain(bytes.byteOffset, bytes.byteOffset + size, count, starts, ends), bytes, count);
  return { bytes, starts: kernels.int32s(starts, count), ends: kernels.int32s(ends, count) };
}

/** All lengths, delta-encoded, then all values. */
function locateDeltaLength(kernels: Kernels, bytes: Uint8Array, start: number, count: number): ByteArrays {
  const lengths = decodeDelta(kernels, bytes, start, count, 4);
  const starts = kernels.int32s(kernels.allocate(count * 4), count);
  const ends = kernels.int32s(lengths.values, count);
  let position = lengths.end;
  for (let i = 0; i < count; i++) {
    const length = ends[i];
    if (length < 0 || length > bytes.length - position) throw new MalformedError(`a byte array of ${length} bytes, ${bytes.length - position} are left`);
    starts[i] = position;
    position += length;
    ends[i] = position;
  }
  return { bytes, starts, ends };
}

/** All of it lies in the kernels' memory. */
function layOutPlain(kernels: Kernels, { bytes, starts, ends }: ByteArrays): Uint8Array {
  const count = starts.length;
  const from = { bytes: bytes.byteOffset, starts: starts.byteOffset, ends: ends.byteOffset };
  const size = count * LENGTH_BYTES + ends[count - 1] - starts[0];
  const out = kernels.allocateMore(size);
  kernels.run.layOutPlain(from.bytes, from.starts, from.ends, count, out);
  return kernels.bytes(out, size);
}

/** Writes lengths into the gaps before the values. */
function withLengths({ bytes, starts, ends }: ByteArrays): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < starts.length; i++) view.setUint32(starts[i] - LENGTH_BYTES, ends[i] - starts[i], true);
  return bytes;
}

/** DELTA_BYTE_ARRAY: how much of the value before to repeat, delta-encoded, then what follows it as in DELTA_LENGTH_BYTE_ARRAY. Before each there are `gap` bytes. */
function joinPrefixes(kernels: Kernels, bytes: Uint8Array, count: number, gap: number): ByteArrays {
  const { values, end } = decodeDelta(kernels, bytes, 0, count, 4);
  const prefixes = kernels.int32s(values, count);
  const suffixes = locateDeltaLength(kernels, bytes, end, count);
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  let previous = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const prefix = prefixes[i];
    if (prefix < 0 || prefix > previous) throw new MalformedError(`a prefix of ${prefix} bytes of a value of ${previous}`);
    previous = prefix + suffixes.ends[i] - suffixes.starts[i];
    starts[i] = total + gap;
    total = starts[i] + previous;
    if (total > MOST_BYTES_WITH_PREFIXES) throw new MalformedError(`a page that grows beyond ${MOST_BYTES_WITH_PREFIXES} bytes`);
    ends[i] = total;
  }
  const joined = new Uint8Array(total);
  for (let i = 0; i < count; i++) {
    const prefix = prefixes[i];
    if (prefix > 0) joined.copyWithin(starts[i], starts[i - 1], starts[i - 1] + prefix);
    let to = starts[i] + prefix;
    for (let from = suffixes.starts[i]; from < suffixes.ends[i]; from++) joined[to++] = bytes[from];
  }
  return { bytes: joined, starts, ends };
}
