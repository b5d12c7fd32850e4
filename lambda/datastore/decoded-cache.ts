import { decode } from './codec';

/** Values kept decoded at most. */
const MAXIMUM = 100;

/**
 * Keeps decoded what is read again and again: comparing bytes is a hundred times faster than decoding them, and says for
 * certain whether the value is still the same. What it gives out is shared, and must not be changed.
 */
export class DecodedCache<Value> {
  readonly #kept = new Map<string, { readonly bytes: Buffer; readonly value: Value }>();

  /** @param bytes are not changed later */
  decode(key: string, bytes: Buffer): Value {
    const kept = this.#kept.get(key);
    if (kept?.bytes.equals(bytes) === true) {
      return kept.value;
    }
    const value = decode<Value>(bytes);
    this.#kept.delete(key);
    this.#kept.set(key, { bytes, value });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAXIMUM && oldest !== undefined) {
      this.#kept.delete(oldest);
    }
    return value;
  }
}
