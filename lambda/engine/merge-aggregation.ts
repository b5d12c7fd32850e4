import type { Aggregation, Numeric } from '../query/expanded';
import { ResultLimitError } from './errors';
import { ExactSums } from './exact-sum';
import { MAX_DISTINCT_VALUES } from './limits';
import type { AggregationAnswer } from './merge';
import type { PartialAggregation } from './partial';
import { roundedMean } from './rounding';
import { topValues } from './top-values';
import { describe } from './values-present';

/** One merger per aggregation; null for none asked for. */
export function mergersOf(aggregations: readonly Aggregation[] | null): readonly AggregationMerger[] | null {
  return aggregations && aggregations.map((aggregation) => new AggregationMerger(aggregation));
}

/** Merges what parts contribute to one aggregation: a count and an exact sum per value, in arrays by the value's number. */
export class AggregationMerger {
  readonly #numbers = new Map<string, number>();
  readonly #sums = new ExactSums(0);
  /** By number; the one count of an aggregation without values is the first. */
  #counts = new Float64Array(16);
  #isInteger = false;

  constructor(private readonly aggregation: Aggregation) {}

  /** @throws ResultLimitError where there are too many distinct values now. */
  add(partial: PartialAggregation): void {
    if (partial.type === 'count') {
      this.#counts[0] += partial.count;
      return;
    }
    if (partial.type === 'sums') this.#isInteger ||= partial.integer;
    for (let index = 0; index < partial.keys.length; index++) {
      const number = this.#numberOf(partial.keys[index]);
      this.#counts[number] += partial.counts[index];
      if (partial.type === 'sums') {
        this.#sums.ensureSlots(number + 1);
        this.#sums.addSelected(number, partial.sums, index);
      }
    }
  }

  answer(): AggregationAnswer {
    const { aggregation } = this;
    return {
      column: aggregation.column,
      type: aggregation.type,
      ...(aggregation.name !== null && { name: aggregation.name }),
      ...('top' in aggregation && { top: aggregation.top }),
      value: aggregation.type === 'count' ? this.#counts[0] : topValues(this.#values(aggregation.type), aggregation.top),
    };
  }

  #numberOf(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    if (number === MAX_DISTINCT_VALUES) throw new ResultLimitError(describe(this.aggregation), MAX_DISTINCT_VALUES);
    this.#numbers.set(key, number);
    if (number === this.#counts.length) {
      const larger = new Float64Array(2 * number);
      larger.set(this.#counts);
      this.#counts = larger;
    }
    return number;
  }

  *#values(type: Aggregation['type']): Generator<readonly [string, Numeric]> {
    for (const [key, number] of this.#numbers) {
      const count = this.#counts[number];
      if (type !== 'sumPerValue' && type !== 'meanPerValue') yield [key, count];
      else if (type === 'sumPerValue') yield [key, this.#sums.total(number, this.#isInteger)];
      else if (count > 0) yield [key, roundedMean(this.#sums.total(number, this.#isInteger), count)];
    }
  }
}
