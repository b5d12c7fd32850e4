import type { Random } from '../scripts/sample-data/random';

/**
 * The original's `invokeLatency` of 256 warm workers, in milliseconds from the start of launching, which took it 710 of them:
 * share of the workers, and what it is at most. DynamicYieldProjects/funnel-rocket, docs/api.md, "Stats Object".
 */
const published: readonly (readonly [share: number, milliseconds: number])[] = [
  [0, 167.77], [0.25, 402.36], [0.5, 593.63], [0.75, 741.99], [0.95, 1013.9], [0.99, 1132.68], [1, 1205.89],
];

/** How the published latencies are read. */
export type LatencyModel = 'as published' | 'less the launching' | 'fitted';

/** Milliseconds that launching took the original, evenly spread. */
const LAUNCHING = 710.42;

/**
 * When a worker starts, in milliseconds: from the start of launching as published, or from its request's arrival.
 *
 * - `as published`: the original's own launching is in it.
 * - `less the launching`: each published percentile less what was launched by then, as if who came late also started late.
 *   Its mean is the published one less half of the launching.
 * - `fitted`: as if the two had nothing to do with each other. By least squares Lambda then takes 100 ms and a gamma distribution
 *   (shape 1.5, scale 90.3 ms); together with the launching that gives 406, 589, 768, 965 (95 %) and 1,132 (99 %). Of 256
 *   workers the slowest takes 742 in the median, and so longer than any reading of the published maximum but this one.
 */
export function latency(model: LatencyModel, random: Random): number {
  return model === 'fitted' ? 100 + 90.3 * gamma(random) : byRank(model === 'as published' ? published : net, random.fraction());
}

const net = published
  .map(([share, milliseconds]) => [share, milliseconds - LAUNCHING * share] as const)
  // Between the median and the third quartile it would fall by 30 ms.
  .map(([share], index, all) => [share, Math.max(...all.slice(0, index + 1).map(([, milliseconds]) => milliseconds))] as const);

/** Linear between two known ranks. */
function byRank(known: typeof published, share: number): number {
  const above = Math.max(1, known.findIndex(([greatest]) => share <= greatest));
  const [[shareBelow, below], [shareAbove, most]] = [known[above - 1], known[above]];
  return below + ((most - below) * (share - shareBelow)) / (shareAbove - shareBelow);
}

/** Shape 1.5: one of shape 1, which is exponential, and one of shape 1/2, which is half a squared normal (Box and Muller). */
function gamma(random: Random): number {
  const normal = Math.sqrt(2 * random.exponential(1)) * Math.cos(2 * Math.PI * random.fraction());
  return random.exponential(1) + normal ** 2 / 2;
}
