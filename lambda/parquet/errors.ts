/** A file that is not Parquet, is damaged, or uses what this reader does not read; says which file and what is wrong. */
export class ParquetError extends Error {
  /**
   * @param file the file's path or URL
   * @param reason what is wrong, naming the column and page where they are known
   */
  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(`${file} is not a readable Parquet file: ${reason}`);
    this.name = 'ParquetError';
  }
}

/** What a decoder finds wrong with its bytes; `explain` adds the place and makes a `ParquetError` of it. */
export class MalformedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedError';
  }
}

/**
 * Runs a decoder and gives every error that it throws its file and place. Errors of other kinds (a WASM trap, zlib's,
 * an allocation that fails) can only come from bytes that lie, since decoders do no I/O.
 */
export function explain<Result>(file: string, place: () => string, decode: () => Result): Result {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ParquetError) throw error;
    throw new ParquetError(file, `${place()}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
