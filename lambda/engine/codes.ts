/** Most distinct codes that bytes can tell apart from each other and from null. */
export const MOST_BYTE_CODES = 255;

/** Codes in one of their forms. */
export interface StoredCodes {
  readonly codes: Uint8Array | Int32Array;
  /** The place of code 0 in a table whose first place is for null, less what stands for it: 0 for bytes, 1 for integers. */
  readonly first: 0 | 1;
}

/**
 * Codes of rows, from 0, and −1 for null: as bytes of the code and 1 where these are enough, which take a quarter of the memory, or as integers.
 * What is asked for in the other form is made then, and kept.
 */
export class Codes {
  private constructor(
    private asBytes: Uint8Array | null,
    private asIntegers: Int32Array | null,
    /** Rows. */
    readonly length: number,
  ) {}

  /** @param bytes per row the code and 1, 0 for null */
  static ofBytes(bytes: Uint8Array): Codes {
    return new Codes(bytes, null, bytes.length);
  }

  /** @param integers per row the code, −1 for null */
  static ofIntegers(integers: Int32Array): Codes {
    return new Codes(null, integers, integers.length);
  }

  /** Whether they are there as bytes, so that nothing has to be made for these. */
  get areBytes(): boolean {
    return this.asBytes !== null;
  }

  /** In a form that is there: as bytes, if they are. */
  get stored(): StoredCodes {
    return this.asBytes === null ? { codes: this.integers, first: 1 } : { codes: this.asBytes, first: 0 };
  }

  /** Per row the code and 1, 0 for null. Only of codes below `MOST_BYTE_CODES`. */
  get bytes(): Uint8Array {
    this.asBytes ??= bytesOf(this.integers);
    return this.asBytes;
  }

  /** Per row the code, −1 for null. */
  get integers(): Int32Array {
    this.asIntegers ??= integersOf(this.bytes);
    return this.asIntegers;
  }

  /** As `integers`, which are not kept if they are not there. */
  toIntegers(): Int32Array {
    return this.asIntegers ?? integersOf(this.bytes);
  }

  /** Bytes of memory that they take. */
  get byteLength(): number {
    return (this.asBytes?.byteLength ?? 0) + (this.asIntegers?.byteLength ?? 0);
  }

  /** Whether no row is null. */
  get areAllPresent(): boolean {
    const { codes, first } = this.stored;
    return !codes.includes(-first);
  }
}

function bytesOf(integers: Int32Array): Uint8Array {
  const bytes = new Uint8Array(integers.length);
  for (let row = 0; row < bytes.length; row++) bytes[row] = integers[row] + 1;
  return bytes;
}

function integersOf(bytes: Uint8Array): Int32Array {
  const integers = new Int32Array(bytes.length);
  for (let row = 0; row < integers.length; row++) integers[row] = bytes[row] - 1;
  return integers;
}
