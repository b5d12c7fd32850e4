import type { Numeric } from '../query/expanded';
import type { Times } from './part';
import type { FilteredRows, StepRows } from './sequence';

const NONE = -1;

/**
 * Finds whether chains of rows exist, one row per step, under all constraints that a sequence may have, in time linear
 * in rows × steps.
 *
 * A step's row may follow those rows of the step before that lie in a window: strictly earlier, by at least the minimum
 * and at most the maximum gap, and not before the latest excluded row in between. Both ends of the window move only
 * forward as the step's row does. From that follows all the rest:
 *
 * - Among the chains that end in a row, the latest possible start grows with the row, so it is that of the last possible
 *   predecessor in the window; likewise the earliest. The latest start alone decides the sequence's maximum duration.
 * - Two chains that cross (start in one order, end in the other) can swap their tails where they cross. So a row is
 *   reached by exactly those starts that reach any last row at all and lie between the row's earliest and latest start.
 *   That decides an exclusion after the last step, for which a later start is no longer always the better one: it makes
 *   the sequence shorter, but lets its maximum duration, within which nothing excluded may follow, reach further.
 */
export class ChainFinder {
  /** Per step and row of the group: first row of the latest and the earliest chain that ends there, or NONE. */
  #latest: Int32Array[] = [];
  #earliest: Int32Array[] = [];
  /** Per step and row: the window of the step before, as far as `#latest` is not NONE. */
  #windowStart: Int32Array[] = [];
  #windowEnd: Int32Array[] = [];
  #capacity = 0;

  constructor(
    private readonly steps: readonly StepRows[],
    private readonly trailing: FilteredRows | null,
    private readonly maxDuration: Numeric,
    private readonly times: Times,
  ) {}

  /**
   * How many steps, from the first, occur as a sequence in the group of rows `start` up to and excluding `end`.
   * @param atMost steps that may be found at all
   */
  match(start: number, end: number, atMost: number): number {
    this.#reserve(end - start);
    for (let step = 0; step < atMost; step++) {
      const found = step === 0 ? this.#findFirst(start, end) : this.#findNext(step, start, end);
      if (!found) return step;
    }
    const all = this.steps.length;
    if (atMost < all) return atMost;
    return this.trailing === null || this.#endsWithout(this.trailing, start, end) ? all : all - 1;
  }

  #reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.#capacity = Math.max(rows, this.#capacity * 2);
    const perStep = (): Int32Array[] => this.steps.map(() => new Int32Array(this.#capacity));
    this.#latest = perStep();
    this.#earliest = perStep();
    this.#windowStart = perStep();
    this.#windowEnd = perStep();
  }

  #findFirst(start: number, end: number): boolean {
    const { codes, holds } = this.steps[0].rows;
    const latest = this.#latest[0];
    const earliest = this.#earliest[0];
    let found = false;
    for (let row = start; row < end; row++) {
      const here = row - start;
      latest[here] = holds[codes[row] + 1] === 1 ? here : NONE;
      earliest[here] = latest[here];
      found ||= latest[here] !== NONE;
    }
    return found;
  }

  #findNext(step: number, start: number, end: number): boolean {
    const { times, maxDuration } = this;
    const { rows, excluded, minGap, maxGap } = this.steps[step];
    const { codes, holds } = rows;
    const before = this.#latest[step - 1];
    const latest = this.#latest[step];
    let windowStart = 0;
    let windowEnd = 0;
    /** Last row before the window's end, and first row from its start on, where the step before can be. */
    let last = NONE;
    let first = 0;
    let scanned = start;
    let lastExcluded = NONE;
    let found = false;
    for (let row = start; row < end; row++) {
      const here = row - start;
      latest[here] = NONE;
      if (holds[codes[row] + 1] === 0) continue;

      while (start + windowEnd < row && times[start + windowEnd] < times[row] && elapsed(times, row, start + windowEnd) >= minGap) {
        if (before[windowEnd] !== NONE) last = windowEnd;
        windowEnd += 1;
      }
      while (start + windowStart < row && elapsed(times, row, start + windowStart) > maxGap) windowStart += 1;
      if (excluded !== null) {
        while (scanned < row && times[scanned] < times[row]) {
          if (excluded.holds[excluded.codes[scanned] + 1] === 1) lastExcluded = scanned;
          scanned += 1;
        }
        if (lastExcluded !== NONE) while (times[start + windowStart] < times[lastExcluded]) windowStart += 1;
      }
      if (last < windowStart || elapsed(times, row, start + before[last]) > maxDuration) continue;

      first = Math.max(first, windowStart);
      while (before[first] === NONE) first += 1;
      latest[here] = before[last];
      this.#earliest[step][here] = this.#earliest[step - 1][first];
      this.#windowStart[step][here] = windowStart;
      this.#windowEnd[step][here] = windowEnd;
      found = true;
    }
    return found;
  }

  /** Whether a chain exists after whose last row no excluded row follows, within the maximum duration of its first. */
  #endsWithout(excluded: FilteredRows, start: number, end: number): boolean {
    const { times, maxDuration } = this;
    const size = end - start;
    const final = this.steps.length - 1;
    const latest = this.#latest[final];
    const earliest = this.#earliest[final];
    const startsBefore = countBefore(this.#reachingStarts(size), size);
    /** First start from which the last row is near enough, and first start from which the next excluded row is. */
    let tooFar = 0;
    let reaching = 0;
    let next = start;
    for (let row = start; row < end; row++) {
      while (next < end && (excluded.holds[excluded.codes[next] + 1] === 0 || times[next] <= times[row])) next += 1;
      while (start + tooFar < row && elapsed(times, row, start + tooFar) > maxDuration) tooFar += 1;
      if (next < end) while (start + reaching < next && elapsed(times, next, start + reaching) > maxDuration) reaching += 1;
      const here = row - start;
      if (latest[here] === NONE) continue;
      const from = Math.max(earliest[here], tooFar);
      const to = Math.min(latest[here] + 1, next < end ? reaching : size);
      if (from < to && startsBefore[to] > startsBefore[from]) return true;
    }
    return false;
  }

  /** 1 for each row of the first step from which a chain leads to any row of the last. */
  #reachingStarts(size: number): Uint8Array {
    let alive = Uint8Array.from(this.#latest[this.steps.length - 1].subarray(0, size), (first) => (first === NONE ? 0 : 1));
    for (let step = this.steps.length - 1; step > 0; step--) {
      // Each reaching row makes its window reach: a sum of +1 at the windows' starts and −1 at their ends.
      const changes = new Int32Array(size + 1);
      for (let here = 0; here < size; here++) {
        if (alive[here] === 0) continue;
        changes[this.#windowStart[step][here]] += 1;
        changes[this.#windowEnd[step][here]] -= 1;
      }
      const before = this.#latest[step - 1];
      const reaching = new Uint8Array(size);
      for (let here = 0, windows = 0; here < size; here++) {
        windows += changes[here];
        reaching[here] = windows > 0 && before[here] !== NONE ? 1 : 0;
      }
      alive = reaching;
    }
    return alive;
  }
}

function countBefore(flags: Uint8Array, size: number): Int32Array {
  const counts = new Int32Array(size + 1);
  for (let index = 0; index < size; index++) counts[index + 1] = counts[index] + flags[index];
  return counts;
}

function elapsed(times: Times, later: number, earlier: number): Numeric {
  return times instanceof Float64Array ? times[later] - times[earlier] : times[later] - times[earlier];
}
