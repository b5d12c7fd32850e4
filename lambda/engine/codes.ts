/** Most distinct codes that bytes can tell apart from each other and from null. */
export const MOST_BYTE_CODES = 255;

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

  /** Per row the code and 1, 0 for null. Only of codes below `MOST_BYTE_CODES`. */
  get bytes(): Uint8Array {
    if (this.asBytes !== null) return this.asBytes;
    const { integers } = this;
    const bytes = new Uint8Array(integers.length);
    for (let row = 0; row < bytes.length; row++) bytes[row] = integers[row] + 1;
    this.asBytes = bytes;
    return bytes;
  }

  /** Per row the code, −1 for null. */
  get integers(): Int32Array {
    this.asIntegers ??= this.toIntegers();
    return this.asIntegers;
  }

  /** As `integers`, which are not kept if they are not there. */
  toIntegers(): Int32Array {
    if (this.asIntegers !== null || this.asBytes === null) return this.asIntegers ?? new Int32Array(0);
    const bytes = this.asBytes;
    const integers = new Int32Array(bytes.length);
    for (let row = 0; row < integers.length; row++) integers[row] = bytes[row] - 1;
    return integers;
  }

  /** Bytes of memory that they take. */
  get byteLength(): number {
    return (this.asBytes?.byteLength ?? 0) + (this.asIntegers?.byteLength ?? 0);
  }

  /** Whether no row is null. */
  get areAllPresent(): boolean {
    return this.asBytes === null ? !this.integers.includes(-1) : !this.asBytes.includes(0);
  }
}
