import { crc32 } from 'node:zlib';

/**
 * Begins the JSON that describes a cache file, and is nowhere else in it: a string in JSON has no quote without a
 * backslash before. Arrow files have that JSON behind all columns.
 */
const BEGIN = '{"crc32":"';
const UNKNOWN = '00000000';

/** A description that has room for the file's checksum. @see seal */
export function unsealedDescription(content: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ crc32: UNKNOWN, ...content });
}

/** Writes the checksum of all bytes into a file's description. It is taken with zeros where it is to stand. */
export function seal(bytes: Uint8Array): void {
  const file = bufferOf(bytes);
  file.write(checksumOf(file), placeOf(file), 'latin1');
}

/**
 * Whether all bytes are as they were written. To be asked before anybody parses them: a bit altered in an Arrow file can
 * keep its reader busy for minutes.
 */
export function isSealed(bytes: Uint8Array): boolean {
  const file = bufferOf(bytes);
  const place = placeOf(file);
  return file.toString('latin1', place, place + UNKNOWN.length) === checksumOf(file);
}

function checksumOf(file: Buffer): string {
  const place = placeOf(file);
  const pieces = [file.subarray(0, place), UNKNOWN, file.subarray(place + UNKNOWN.length)];
  return pieces.reduce((checksum, piece) => crc32(piece, checksum), 0).toString(16).padStart(UNKNOWN.length, '0');
}

/** Where the checksum's digits are; in a file without any, a place of no meaning, which holds no checksum. */
function placeOf(file: Buffer): number {
  return file.lastIndexOf(BEGIN, undefined, 'latin1') + BEGIN.length;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
