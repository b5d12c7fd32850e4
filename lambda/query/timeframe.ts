import type { ColumnChecker } from './check-columns';
import { mismatch } from './check-columns';
import type { DatasetSchema } from './dataset-schema';
import type { ExpandedQuery, Numeric } from './expanded';
import type { QueryInput } from './input-schema';
import type { Path } from './pointer';
import { show } from './wording';

/** How many times a bound may lie outside the dataset's times before it is judged to be in another unit. */
const unitFactor = 100;

/**
 * The timeframe, fitted to the timestamp column.
 *
 * @throws TypeMismatchError for a fraction over integer times, or a bound that is evidently in another unit
 */
export function expandTimeframe(input: QueryInput['timeframe'], checker: ColumnChecker, dataset: DatasetSchema): ExpandedQuery['timeframe'] {
  const bound = (key: 'from' | 'to'): Numeric | null => {
    const path = ['timeframe', key];
    const time = checker.time(input?.[key], path);
    if (time !== null) checkUnit(time, path, dataset);
    return time;
  };
  return { from: bound('from'), to: bound('to') };
}

/**
 * Positive bounds that are in the unit of the dataset's times lie in this range; null where the times do not tell, not
 * being like times since an epoch: all positive, and of one order of magnitude.
 */
export function plausibleBounds({ minTimestamp, maxTimestamp }: DatasetSchema): { readonly least: number; readonly greatest: number } | null {
  const [least, greatest] = [Number(minTimestamp), Number(maxTimestamp)];
  return least > 0 && greatest > 0 && greatest / least < unitFactor ? { least: least / unitFactor, greatest: greatest * unitFactor } : null;
}

function checkUnit(time: Numeric, path: Path, dataset: DatasetSchema): void {
  const plausible = plausibleBounds(dataset);
  if (plausible === null || time <= 0 || (time >= plausible.least && time <= plausible.greatest)) return;
  throw mismatch(
    path,
    `is ${show(time)}, which seems to be in another unit than the column ${show(dataset.timestampColumn)}: ` +
      `its values lie from ${show(dataset.minTimestamp)} to ${show(dataset.maxTimestamp)}${conversion(time, plausible)}`,
  );
}

/** Suggests the bound in the dataset's unit where the two are a whole step between s, ms, µs and ns apart. */
function conversion(time: Numeric, { least, greatest }: { readonly least: number; readonly greatest: number }): string {
  const factor = [1e3, 1e6, 1e9, 1e-3, 1e-6, 1e-9].find((candidate) => Number(time) * candidate >= least && Number(time) * candidate <= greatest);
  if (factor === undefined) return '';
  return factor > 1 ? `; multiply it by ${show(factor)}` : `; divide it by ${show(Math.round(1 / factor))}`;
}
