/**
 * Unpacks `count` integers of `width` bits (0 to 32), least significant bit first, into `out` from `offset`; returns the
 * bitwise or of all of them. The caller has checked that the bytes suffice; bits past the end of `bytes` read as 0.
 */
export function unpackBits(bytes: Uint8Array, position: number, width: number, count: number, out: Int32Array, offset: number): number {
  const stop = offset + count;
  if (width === 0) {
    out.fill(0, offset, stop);
    return 0;
  }
  if (width <= 8 && 8 % width === 0) return unpackWithinBytes(bytes, position, width, out, offset, stop);
  if (width <= 24) return unpackAcrossBytes(bytes, position, width, out, offset, stop);
  return unpackWords(bytes, position, width, out, offset, stop);
}

/** Widths 1, 2, 4 and 8: no value crosses a byte. */
function unpackWithinBytes(bytes: Uint8Array, position: number, width: number, out: Int32Array, offset: number, stop: number): number {
  const mask = (1 << width) - 1;
  const perByte = 8 / width;
  const wholeBytesStop = stop - ((stop - offset) % perByte);
  let seen = 0;
  let i = offset;
  while (i < wholeBytesStop) {
    let byte = bytes[position++];
    seen |= byte;
    for (let k = 0; k < perByte; k++) {
      out[i++] = byte & mask;
      byte >>>= width;
    }
  }
  let all = 0;
  for (let shift = 0; shift < 8; shift += width) all |= (seen >>> shift) & mask;
  for (let byte = bytes[position]; i < stop; byte >>>= width) {
    all |= byte & mask;
    out[i++] = byte & mask;
  }
  return all;
}

/** Widths up to 24: at most 31 bits are pending at a time. */
function unpackAcrossBytes(bytes: Uint8Array, position: number, width: number, out: Int32Array, offset: number, stop: number): number {
  const mask = (1 << width) - 1;
  let pending = 0;
  let bits = 0;
  let all = 0;
  for (let i = offset; i < stop; i++) {
    while (bits < width) {
      pending |= bytes[position++] << bits;
      bits += 8;
    }
    const value = pending & mask;
    out[i] = value;
    all |= value;
    pending >>>= width;
    bits -= width;
  }
  return all;
}

/** Widths 25 to 32: each value lies within 5 bytes. */
function unpackWords(bytes: Uint8Array, position: number, width: number, out: Int32Array, offset: number, stop: number): number {
  const mask = width === 32 ? -1 : (1 << width) - 1;
  let bit = 0;
  let all = 0;
  for (let i = offset; i < stop; i++) {
    const low = bytes[position] | (bytes[position + 1] << 8) | (bytes[position + 2] << 16) | (bytes[position + 3] << 24);
    const value = (bit === 0 ? low : (low >>> bit) | (bytes[position + 4] << (32 - bit))) & mask;
    out[i] = value;
    all |= value;
    bit += width;
    position += bit >>> 3;
    bit &= 7;
  }
  return all;
}
