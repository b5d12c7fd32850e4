/**
 * Numbers 64-bit values, given as two 32-bit halves, from 0 in the order of their coming: an open-addressing hash table
 * with linear probing, at most a third full.
 */
export class NumberTable {
  #lows = new Int32Array(1024);
  #highs = new Int32Array(1024);
  #shift = 32 - 12;
  /** Codes plus 1; 0 where there is none. */
  #slots = new Int32Array(2 ** 12);
  #size = 0;

  /** Values numbered so far. */
  get size(): number {
    return this.#size;
  }

  codeOf(low: number, high: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = hashHalves(low, high) >>> this.#shift;
    for (let known = slots[slot]; known !== 0; known = slots[slot]) {
      if (this.#lows[known - 1] === low && this.#highs[known - 1] === high) return known - 1;
      slot = (slot + 1) & last;
    }
    return this.#insert(slot, low, high);
  }

  /** How to print the value of a code, all values being of the type that `like` holds. */
  keysAs(like: Float64Array | BigInt64Array | BigUint64Array): (code: number) => string {
    const halves = new Int32Array(2 * this.#size);
    for (let code = 0; code < this.#size; code++) {
      halves[2 * code] = this.#lows[code];
      halves[2 * code + 1] = this.#highs[code];
    }
    const numbers = ofHalves(like, halves);
    return (code) => String(numbers[code]);
  }

  #insert(slot: number, low: number, high: number): number {
    if (this.#size === this.#lows.length) {
      this.#grow();
      return this.codeOf(low, high);
    }
    const code = this.#size++;
    this.#lows[code] = low;
    this.#highs[code] = high;
    this.#slots[slot] = code + 1;
    return code;
  }

  #grow(): void {
    this.#lows = doubled(this.#lows);
    this.#highs = doubled(this.#highs);
    this.#shift -= 1;
    const slots = new Int32Array(this.#slots.length * 2);
    for (let code = 0; code < this.#size; code++) {
      let slot = hashHalves(this.#lows[code], this.#highs[code]) >>> this.#shift;
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Mixes two 32-bit halves; multipliers and shifts of MurmurHash3's 32-bit finalizer (A. Appleby, public domain). */
export function hashHalves(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ high;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Values of 64 bits as their lower and upper halves, by turns. */
export function halvesOf({ buffer, byteOffset, length }: Float64Array | BigInt64Array | BigUint64Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length * 2);
}

/** What `halvesOf` takes apart: halves as values of the type that `like` holds, in the same memory. */
export function ofHalves(like: Float64Array | BigInt64Array | BigUint64Array, { buffer, byteOffset, length }: Int32Array): Float64Array | BigInt64Array | BigUint64Array {
  if (like instanceof BigInt64Array) return new BigInt64Array(buffer, byteOffset, length / 2);
  return like instanceof BigUint64Array ? new BigUint64Array(buffer, byteOffset, length / 2) : new Float64Array(buffer, byteOffset, length / 2);
}
