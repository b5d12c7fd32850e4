/** A worker function's process from its start: loads what the function loads, and keeps parts as it does. */
import '../../lambda/worker/handler';
import { pino } from 'pino';
import { openPartCache } from '../../lambda/worker/open-part-cache';
import { run } from './our-side';
import type { OurWork, Report } from './our-side';
import { answerMessages } from './side-process';

export interface FreshReport extends Report {
  /** Milliseconds since Node.js had started, in which the code was loaded as well. */
  readonly sinceStart: number;
}

const { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory, FROCKET_CACHE_DIRECTORY: directory = '', FROCKET_CACHE_BYTES: maxBytes } = process.env;
const functionMemory = Number(memory) * 2 ** 20;
/** Shares as `lambda/worker/handler.ts` has them. */
const memoryLimit = functionMemory * 0.6;
const settings = { memoryBytes: functionMemory * 0.25, disk: { directory, maxBytes: Number(maxBytes) } };

answerMessages(async (work: OurWork): Promise<FreshReport> => {
  const cache = openPartCache(settings, pino({ level: 'warn' }, pino.destination(2)));
  const report = await run(work, { memoryLimit, ...(work.warm && { cache }) });
  const sinceStart = performance.now() - performance.nodeTiming.bootstrapComplete;
  await cache.flush();
  return { ...report, sinceStart };
});
