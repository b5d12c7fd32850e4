/**
 * Kernels of the Parquet reader, in AssemblyScript: TypeScript's syntax with WebAssembly's types. `scripts/build-kernels.mjs`
 * compiles them into `../binary.ts`. Addresses are positions in the kernels' memory. Memory behind every region that
 * is read or written has `PADDING` spare bytes (../kernels.ts), so that 16 bytes may be touched where fewer are meant.
 */
export { decodeDelta32, decodeDelta64 } from './delta';
export { detail } from './outcome';
export { decodeIndices, gather32, gather64, gather8 } from './hybrid';
export { daysToMillis, int64ToDoubles, int96ToMillis, microsToMillis, nanosToMillis, narrowIntegers, smallToDoubles, uint64ToDoubles, widenInt32, widenUint32 } from './integers';
export { joinStreams4, joinStreams8 } from './byte-streams';
export { readLevels } from './levels';
export { floatsToDoubles, narrowCodes, spread32, spread8, spread64 } from './spread';
export { markTimes } from './time-marks';
export { ascendDoubles, ascendIntegers, findRuns64 } from './runs';
export { decompressSnappy } from './snappy';
export { decompressZstd } from './zstd';
export { layOutPlain, locatePlain } from './byte-arrays';
export { emptyArena, joinTexts } from './text-arena';
export { acceptTexts, judgeTexts, placeStates } from './text-tests';
export { codeAscending, codeTexts, enterTexts } from './texts';

/** Where memory that holds no constants begins. */
export function heapBase(): usize {
  return __heap_base;
}
