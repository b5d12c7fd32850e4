/** What a part may remember of filters on strings. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * What filters say of each string of a dictionary, remembered for later queries: they tend to repeat the filters of the queries
 * before, and a regular expression on 100,000 strings takes longer than all the rest.
 */
export class JudgedStrings {
  readonly #judged = new Map<string, Uint8Array>();

  /** @param key names column, operator and value */
  of(key: string, judge: () => Uint8Array): Uint8Array {
    const judged = this.#judged.get(key) ?? judge();
    // Put last, so that the first is the one that was not used for longest.
    this.#judged.delete(key);
    this.#judged.set(key, judged);
    let bytes = 0;
    for (const { length } of this.#judged.values()) bytes += length;
    for (const [oldest, { length }] of this.#judged) {
      if (bytes <= MOST_BYTES) break;
      this.#judged.delete(oldest);
      bytes -= length;
    }
    return judged;
  }
}
