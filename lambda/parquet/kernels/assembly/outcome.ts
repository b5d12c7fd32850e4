/** What kernels return that can fail; the wording is in ../outcomes.ts. */
export const OK: i32 = 0;
export const ENDS_EARLY: i32 = -1;
export const ENDS_WITHIN_RUN: i32 = -2;
export const OUT_OF_RANGE: i32 = -3;
export const DAMAGED: i32 = -4;
export const BAD_BLOCKS: i32 = -5;
export const OTHER_COUNT: i32 = -6;
export const TOO_FEW_BYTES: i32 = -7;
export const NUMBER_TOO_LONG: i32 = -8;
export const NUMBER_TOO_LARGE: i32 = -9;
export const TOO_LONG: i32 = -10;

/** A figure for the message of the last failure. */
export let detail: u32 = 0;

// @ts-ignore: a decorator of AssemblyScript
@inline
export function fail(outcome: i32, figure: u32): i32 {
  detail = figure;
  return outcome;
}
