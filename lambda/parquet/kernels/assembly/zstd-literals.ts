import { decodeStream, decodeStreams, hasCodes, readCodes } from './huffman';

/** The bytes of a block that its sequences do not copy from before (RFC 8878, 3.1.1.3.1). */

/** Of a block, 128 KiB at most, and as many as copying reads beyond. */
const LITERALS = memory.data(128 * 1024 + 64);

const RAW: u32 = 0;
const ONE_BYTE: u32 = 1;
const COMPRESSED: u32 = 2;
const LEAST_FOR_FOUR_STREAMS: u32 = 6;

/** Where the literals that were read begin, and end. */
export let literals: usize = 0;
export let literalsEnd: usize = 0;

/** Reads a block's literals. Returns where they end in the block, or 0. @param most that a block of this frame may have */
export function readLiterals(src: usize, end: usize, most: u32): usize {
  const header = load<u64>(src);
  const kind = <u32>header & 3;
  const format = <u32>(header >>> 2) & 3;
  return kind === RAW || kind === ONE_BYTE ? readPlain(kind, format, header, src, end, most) : readCoded(kind, format, header, src, end, most);
}

function readPlain(kind: u32, format: u32, header: u64, src: usize, end: usize, most: u32): usize {
  const isShort = (format & 1) === 0;
  const headerBytes: usize = isShort ? 1 : format === 1 ? 2 : 3;
  const size = isShort ? (<u32>header & 0xff) >>> 3 : (<u32>header & (format === 1 ? 0xffff : 0xff_ffff)) >>> 4;
  const bytes = src + headerBytes;
  const stored: usize = kind === RAW ? size : 1;
  if (size > most || bytes > end || stored > end - bytes) return 0;
  literals = kind === RAW ? bytes : LITERALS;
  literalsEnd = literals + size;
  if (kind === ONE_BYTE) memory.fill(LITERALS, load<u8>(bytes), size);
  return bytes + stored;
}

function readCoded(kind: u32, format: u32, header: u64, src: usize, end: usize, most: u32): usize {
  const width: u64 = format < 2 ? 10 : format === 2 ? 14 : 18;
  const mask = ((<u64>1 << width) - 1);
  const size = <u32>((header >>> 4) & mask);
  const compressed = <usize>((header >>> (4 + width)) & mask);
  let bytes = src + <usize>((4 + 2 * width) >>> 3);
  if (size > most || bytes > end || compressed > end - bytes) return 0;
  const next = bytes + compressed;
  if (kind === COMPRESSED) {
    bytes = readCodes(bytes, next);
    if (bytes === 0) return 0;
  } else if (!hasCodes()) return 0;
  literals = LITERALS;
  literalsEnd = LITERALS + size;
  if (format === 0) return decodeStream(bytes, <u32>(next - bytes), literals, literalsEnd) ? next : 0;
  return size >= LEAST_FOR_FOUR_STREAMS && decodeStreams(bytes, next, literals, size) ? next : 0;
}
