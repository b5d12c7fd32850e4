import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Values with their weights, which need not add up to 1. */
export type Weighted<T> = readonly (readonly [value: T, weight: number])[];

/** A seeded source of the distributions that the sample data need: the same seed gives the same sequence. */
export interface Random {
  /** Uniform, 0 <= x < 1. */
  fraction(): number;
  /** Uniform whole number, both bounds included. */
  integer(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: Weighted<T>): T;
  /** Exponential distribution, by inversion. */
  exponential(mean: number): number;
  /** Whole number >= 1 of a Pareto distribution: few are great, most are 1. By inversion. */
  pareto(shape: number, maximum: number): number;
}

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const fraction = () => uniformFloat64(generator);
  return {
    fraction,
    integer: (from, to) => uniformInt(generator, from, to),
    chance: (probability) => fraction() < probability,
    pick: (choices) => pick(choices, fraction()),
    exponential: (mean) => -mean * Math.log(1 - fraction()),
    pareto: (shape, maximum) => Math.min(maximum, Math.floor((1 - fraction()) ** (-1 / shape))),
  };
}

function pick<T>(choices: Weighted<T>, fraction: number): T {
  let left = fraction * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) {
      return value;
    }
  }
  return choices[choices.length - 1][0];
}
