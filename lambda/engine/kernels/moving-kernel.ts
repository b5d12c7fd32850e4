import { halvesOf } from '../number-table';
import { placePairs, placeRows } from '../placed-rows';
import { KernelInstance, type Address } from './module';

/** Values of one width. Wider ones than a byte are moved as they are, whatever they stand for. */
export type Movable = Uint8Array | Int32Array | Float64Array;

/** Rows that are dealt out at once: partitions get so many of theirs together that copying them there is cheap. */
const ROWS_AT_ONCE = 2 ** 17;

/** Longer partitions are left to a loop in TypeScript, for the memory that they would take: some 10 MiB for this many rows. */
const MOST_ROWS = 2 ** 19;

const MOST_PARTITIONS = 2 ** 16;

let kept: MovingKernel | null = null;

/** One for all parts, since no part's data stay in it. @throws RangeError where there is no memory to be had. */
export function movingKernel(): MovingKernel {
  kept ??= new MovingKernel();
  return kept;
}

/** Takes rows to partitions and to their places within these, as WebAssembly. */
export class MovingKernel {
  readonly #kernels = new KernelInstance();
  readonly #ends = this.#kernels.allocate(4 * MOST_PARTITIONS);
  readonly #values = this.#kernels.allocate(8 * ROWS_AT_ONCE);
  readonly #partitions = this.#kernels.allocate(2 * ROWS_AT_ONCE);
  readonly #dealt = this.#kernels.allocate(8 * ROWS_AT_ONCE);
  readonly #rest = this.#kernels.allocate(0);

  /** Deals values out to partitions, one after the other. @param next where each begins in `target`; becomes where it ends */
  deal<Values extends Movable>(source: Values, target: Values, partitions: Uint16Array, next: Int32Array): void {
    const width = source.BYTES_PER_ELEMENT;
    const first = this.#dealt / width;
    for (let row = 0; row < partitions.length; row += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, partitions.length - row);
      this.#view(source, this.#values, rows).set(source.subarray(row, row + rows));
      this.#kernels.shorts(this.#partitions, rows).set(partitions.subarray(row, row + rows));
      this.#kernels.run.dealBlock(this.#values, this.#partitions, rows, next.length, width, this.#ends, this.#dealt);
      const dealt = this.#view(source, this.#dealt, rows);
      const ends = this.#kernels.integers(this.#ends, next.length);
      let start = 0;
      for (let partition = 0; partition < next.length; partition++) {
        const end = ends[partition] / width - first;
        if (end === start) continue;
        target.set(dealt.subarray(start, end), next[partition]);
        next[partition] += end - start;
        start = end;
      }
    }
  }

  /** Takes values, as many as there are places, to where `places` says. */
  gather(values: Movable, places: Int32Array): void {
    const rows = places.length;
    if (rows > MOST_ROWS) {
      // Doubles may be bits of something else.
      if (values instanceof Float64Array) placePairs(halvesOf(values.slice()), halvesOf(values), places);
      else placeRows(values.slice(), values, places);
      return;
    }
    const width = values.BYTES_PER_ELEMENT;
    const [valuesAt, placesAt, movedAt] = [this.#kernels.allocate(width * rows), this.#kernels.allocate(4 * rows), this.#kernels.allocate(width * rows)];
    this.#view(values, valuesAt, rows).set(values);
    this.#kernels.integers(placesAt, rows).set(places);
    this.#kernels.run.gather(valuesAt, placesAt, rows, width, movedAt);
    values.set(this.#view(values, movedAt, rows));
    this.#kernels.release(this.#rest);
  }

  /** A view on values in the kernels' memory, of the type that others are. */
  #view(like: Movable, address: Address, rows: number): Movable {
    if (like instanceof Float64Array) return this.#kernels.doubles(address, rows);
    return like instanceof Int32Array ? this.#kernels.integers(address, rows) : this.#kernels.bytes(address, rows);
  }
}
