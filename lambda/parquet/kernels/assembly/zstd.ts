import { forgetCodes } from './huffman';
import { DAMAGED, OK } from './outcome';
import { hash64 } from './xxhash';
import { readLiterals } from './zstd-literals';
import { beginFrame, runSequences } from './zstd-sequences';

/** Zstandard (RFC 8878), as far as pages are written with it. */

const MAGIC: u32 = 0xfd2f_b528;
const MOST_BYTES_OF_BLOCK: u64 = 128 * 1024;
/** As a power of two; the libraries take no larger ones. */
const MOST_OF_WINDOW: u64 = 30;

const RAW: u32 = 0;
const ONE_BYTE: u32 = 1;
const COMPRESSED: u32 = 2;

/**
 * Decompresses one frame from `src` up to `srcEnd` into exactly the bytes from `dst` up to `dstEnd`. Fails where that cannot be, and where the frame is one that
 * pages are not: with a dictionary, or to be skipped.
 */
export function decompressZstd(src: usize, srcEnd: usize, dst: usize, dstEnd: usize): i32 {
  if (srcEnd - src < 6 || load<u32>(src) !== MAGIC) return DAMAGED;
  const descriptor = <u32>load<u8>(src, 4);
  const isSingle = (descriptor & 0x20) !== 0;
  const checksumBytes: usize = (descriptor & 4) !== 0 ? 4 : 0;
  // A bit that is reserved, and the bytes of a dictionary's number.
  if ((descriptor & 0x0b) !== 0) return DAMAGED;
  let from = src + 5;
  let window = <u64>(dstEnd - dst);
  if (!isSingle) {
    const exponent = <u64>(load<u8>(from) >>> 3) + 10;
    if (exponent > MOST_OF_WINDOW) return DAMAGED;
    const mantissa = <u64>(load<u8>(from++) & 7);
    window = (<u64>1 << exponent) + (<u64>1 << (exponent - 3)) * mantissa;
  }
  const sizeKind = descriptor >>> 6;
  const sizeBytes: usize = sizeKind === 0 ? (isSingle ? 1 : 0) : 1 << sizeKind;
  if (sizeBytes > 0) {
    const stated = (load<u64>(from) & (<u64>-1 >>> <u64>(64 - 8 * sizeBytes))) + (sizeKind === 1 ? 256 : 0);
    if (stated !== <u64>(dstEnd - dst)) return DAMAGED;
  }
  from += sizeBytes;
  if (from > srcEnd) return DAMAGED;
  const mostOfBlock = <u32>min(window, MOST_BYTES_OF_BLOCK);
  forgetCodes();
  beginFrame();
  let to = dst;
  let isLast = false;
  while (!isLast) {
    if (srcEnd - from < 3) return DAMAGED;
    const header = load<u32>(from) & 0xff_ffff;
    from += 3;
    isLast = (header & 1) !== 0;
    const kind = (header >>> 1) & 3;
    const size = header >>> 3;
    const bytes: usize = kind === ONE_BYTE ? 1 : size;
    if (bytes > srcEnd - from) return DAMAGED;
    const next = from + bytes;
    if (kind === COMPRESSED) {
      if (size > mostOfBlock) return DAMAGED;
      const sequences = readLiterals(from, next, mostOfBlock);
      if (sequences === 0) return DAMAGED;
      to = runSequences(sequences, next, dst, to, to + min<usize>(dstEnd - to, mostOfBlock));
      if (to === 0) return DAMAGED;
    } else {
      if (<usize>size > dstEnd - to || (kind !== RAW && kind !== ONE_BYTE)) return DAMAGED;
      if (kind === RAW) memory.copy(to, from, size);
      else memory.fill(to, load<u8>(from), size);
      to += size;
    }
    from = next;
  }
  if (from + checksumBytes !== srcEnd || to !== dstEnd) return DAMAGED;
  return checksumBytes === 0 || load<u32>(from) === <u32>hash64(dst, dstEnd - dst) ? OK : DAMAGED;
}
