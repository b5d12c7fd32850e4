import type { Numeric } from '../query/expanded';

/**
 * The greatest values, greatest first, ties in the order of their keys; NaN counts as smallest.
 * Keeps no more than `top` entries while it reads, so that a million values cost no sort.
 */
export function topValues(entries: Iterable<readonly [string, Numeric]>, top: number): Map<string, Numeric> {
  const kept: (readonly [string, Numeric])[] = [];
  for (const entry of entries) {
    if (kept.length === top && !precedes(entry, kept[top - 1])) continue;
    if (kept.length === top) kept.pop();
    kept.splice(placeOf(entry, kept), 0, entry);
  }
  return new Map(kept);
}

function placeOf(entry: readonly [string, Numeric], sorted: readonly (readonly [string, Numeric])[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (precedes(entry, sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

function precedes([key, value]: readonly [string, Numeric], [otherKey, otherValue]: readonly [string, Numeric]): boolean {
  if (value > otherValue) return true;
  if (value < otherValue) return false;
  const isNaN = Number.isNaN(value);
  return isNaN === Number.isNaN(otherValue) ? key < otherKey : !isNaN;
}
