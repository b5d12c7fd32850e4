import type { StoredCodes } from './codes';
import type { GroupMask } from './conditions';
import type { GroupRanges } from './group-selection';
import type { PartKernels } from './kernels/part-kernels';
import type { Symbols } from './symbols';
import { isMarked } from './time-ties';

/** Steps that fit into the bits of a 32-bit integer, with one to spare. */
export const MAX_PLAIN_STEPS = 30;

/**
 * How many steps of a sequence without constraints each group comes to: 0 for groups left out.
 *
 * All groups in one loop, a bit per step (the Shift-And algorithm of R. Baeza-Yates and G. H. Gonnet, 1992, for
 * subsequences): one look-up per row and no branch on what it holds. Half a million rows took 1.7 ms instead of 7 with
 * a mask per step and a closure per group. The kernel takes 64 rows at a time instead, a bit per row (kernels/assembly/steps.ts).
 *
 * @param symbols of the steps' filters, at most MAX_PLAIN_STEPS
 * @param tied per group whether rows share a time
 * @param notLater as of `Ties`, looked at in these groups only
 * @param kernels where the codes are known to them
 */
export function plainSteps({ codes, holds }: Symbols, groups: GroupRanges, matching: GroupMask, tied: Uint8Array, notLater: Int32Array, kernels: PartKernels | null): Uint8Array {
  const bits = new Int32Array(holds[0].length);
  holds.forEach((table, step) => {
    for (let symbol = 0; symbol < bits.length; symbol++) bits[symbol] |= table[symbol] << step;
  });
  const { count, starts, ends } = groups;
  const { stored } = codes;
  if (kernels !== null) {
    const steps = kernels.findSteps(codes, bits, groups);
    if (matching.includes(0)) for (let group = 0; group < count; group++) steps[group] *= matching[group];
    // From one group with ties to the next: most parts have few or none.
    for (let group = tied.indexOf(1); group !== -1; group = tied.indexOf(1, group + 1)) {
      if (matching[group] === 1) steps[group] = 32 - Math.clz32(foundAmongTies(stored, bits, notLater, starts[group], ends[group]));
    }
    return steps;
  }
  const { integers } = codes;
  const steps = new Uint8Array(count);
  for (let group = 0; group < count; group++) {
    if (matching[group] === 0) continue;
    const end = ends[group];
    let found = 0;
    if (tied[group] === 0) {
      for (let row = starts[group]; row < end; row++) found |= ((found << 1) | 1) & bits[integers[row] + 1];
    } else {
      found = foundAmongTies(stored, bits, notLater, starts[group], end);
    }
    steps[group] = 32 - Math.clz32(found);
  }
  return steps;
}

/** Rows that share a time all follow what was found before it, and none of them follows another. */
function foundAmongTies({ codes, first }: StoredCodes, bits: Int32Array, notLater: Int32Array, start: number, end: number): number {
  let before = 0;
  let found = 0;
  for (let row = start; row < end; row++) {
    if (row === start || !isMarked(notLater, row)) before = found;
    found |= ((before << 1) | 1) & bits[codes[row] + first];
  }
  return found;
}
