/**
 * Dollars of AWS Lambda in us-east-1, list prices as known in November 2026: per GB-second of the first tier, and per
 * request. Other regions and tiers differ by some percent.
 */
const PRICE_PER_GIGABYTE_SECOND = { arm64: 0.000_013_333_4, x86_64: 0.000_016_666_7 } as const;
const PRICE_PER_REQUEST = 0.000_000_2;

/** What decides the price of a worker's time. */
export interface WorkerPricing {
  readonly memoryMegabytes: number;
  readonly architecture: keyof typeof PRICE_PER_GIGABYTE_SECOND;
}

/**
 * What Lambda bills for tasks, by what the workers measured: whole milliseconds of each, and a request for each attempt.
 * What a cold start adds before the handler runs, and what S3 bills, is not in it.
 *
 * @param durations of attempts that ended, in milliseconds
 * @param attempts all that were launched
 * @returns US dollars
 */
export function lambdaCost(durations: readonly number[], attempts: number, { memoryMegabytes, architecture }: WorkerPricing): number {
  const billedSeconds = durations.reduce((sum, duration) => sum + Math.ceil(duration), 0) / 1000;
  return billedSeconds * (memoryMegabytes / 1024) * PRICE_PER_GIGABYTE_SECOND[architecture] + attempts * PRICE_PER_REQUEST;
}
