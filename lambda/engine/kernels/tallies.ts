import type { DealtSymbols } from './dealt-symbols';
import type { Address, KernelInstance } from './module';

/** A table for as many groups as an average partition has rows is at most two thirds full, and no smaller than this. */
const SLOTS_PER_ROW = 1.5;
const LEAST_SLOT_BITS = 10;

/** Of a table's slots. */
const MOST_FILLED = 0.9;

/** Values that groups are counted by: each has a bit. */
export const MOST_VALUES = 32;

/** What is asked of each group's rows, in the kernels' memory: how many of them have any of `count` symbols, and what is said of that. */
export interface CountQuestion {
  readonly chosen: Address;
  readonly count: number;
  readonly judgements: Address;
  readonly last: number;
}

/** Counts rows per group and symbol, as WebAssembly: of one partition after the other. What is said of groups is said of the last one's. */
export class Tallies {
  readonly #slotBits: number;
  readonly #mostGroups: number;
  readonly #slots: Address;
  readonly #tallies: Address;
  readonly #counts: Address;
  readonly #matching: Address;
  readonly #rowsPerSymbol: Address;
  readonly #perValue: readonly { readonly bits: Address; readonly count: number; readonly groups: Address }[];
  #groups = 0;

  /**
   * @param symbolCount symbols are below this
   * @param values for each way to count groups per value, each symbol's value, below `MOST_VALUES`
   * @param kernels whose memory the rows lie in
   * @throws RangeError where there is no memory to be had
   */
  constructor(private readonly dealt: DealtSymbols, private readonly symbolCount: number, values: readonly Uint8Array[], private readonly kernels: KernelInstance) {
    this.#slotBits = Math.max(LEAST_SLOT_BITS, Math.ceil(Math.log2((SLOTS_PER_ROW * dealt.rows) / dealt.partitions)));
    this.#mostGroups = Math.floor(MOST_FILLED * 2 ** this.#slotBits);
    this.#slots = kernels.allocate(8 * 2 ** this.#slotBits);
    this.#tallies = this.#zeros(symbolCount * this.#mostGroups);
    this.#counts = kernels.allocate(4 * (this.#mostGroups + 1));
    this.#matching = kernels.allocate(this.#mostGroups);
    this.#rowsPerSymbol = this.#zeros(symbolCount);
    this.#perValue = values.map((ofSymbols) => {
      const bits = kernels.allocate(4 * symbolCount);
      kernels.integers(bits, symbolCount).set(Int32Array.from(ofSymbols, (value) => 1 << value));
      const count = Math.max(...ofSymbols) + 1;
      return { bits, count, groups: this.#zeros(count) };
    });
  }

  /** Counts the rows of a partition. @returns its groups; null where they are many more than those of others */
  tally(partition: number): number | null {
    const { bounds, stride, blocks, partitions } = this.dealt;
    this.kernels.integers(this.#tallies, this.symbolCount * this.#groups).fill(0);
    this.#groups = this.kernels.run.tallyPartition(bounds + 4 * partition, stride, blocks, partitions - 1, this.#slots, this.#slotBits, this.#mostGroups, this.symbolCount, this.#tallies);
    return this.#groups > this.#mostGroups ? null : this.#groups;
  }

  /** @param chosen symbols of the rows to count @param judgements of each count 1 or 0, the last one of all greater counts */
  question(chosen: Uint8Array, judgements: Uint8Array): CountQuestion {
    return { chosen: this.#copyIn(chosen), count: chosen.length, judgements: this.#copyIn(judgements), last: judgements.length - 1 };
  }

  /** Per group what is said of its rows, 1 or 0. */
  match({ chosen, count, judgements, last }: CountQuestion): Uint8Array {
    const { run } = this.kernels;
    run.countChosen(this.#tallies, this.#groups, this.symbolCount, chosen, count, this.#counts);
    run.judgeCounts(this.#counts, this.#groups, judgements, last, this.#matching);
    return this.kernels.bytes(this.#matching, this.#groups).slice();
  }

  /** Adds groups to those of other partitions. @param matching per group 1, or 0 for those to be left out @returns how many are added */
  add(matching: Uint8Array): number {
    const { run } = this.kernels;
    this.kernels.bytes(this.#matching, matching.length).set(matching);
    const count = run.listMatching(this.#tallies, this.#groups, this.symbolCount, this.#matching, this.#counts);
    run.addTallies(this.#counts, count, this.symbolCount, this.#rowsPerSymbol);
    for (const way of this.#perValue) run.countGroupsPerValue(this.#counts, count, this.symbolCount, way.bits, way.count, way.groups);
    return count;
  }

  /** Rows of all groups added, by symbol. */
  rowsPerSymbol(): Int32Array {
    return this.kernels.integers(this.#rowsPerSymbol, this.symbolCount).slice();
  }

  /** Those of the groups added that have a row with each value. @param way which of those to count groups by */
  groupsPerValue(way: number): Int32Array {
    const { groups, count } = this.#perValue[way];
    return this.kernels.integers(groups, count).slice();
  }

  #copyIn(bytes: Uint8Array): Address {
    const address = this.kernels.allocate(bytes.length);
    this.kernels.bytes(address, bytes.length).set(bytes);
    return address;
  }

  #zeros(length: number): Address {
    const address = this.kernels.allocate(4 * length);
    this.kernels.integers(address, length).fill(0);
    return address;
  }
}
