import { setTimeout as delay } from 'node:timers/promises';
import runInThread from '../../lambda/worker/thread';

/**
 * A real worker thread that dies, hangs or dawdles over parts whose names ask for it.
 */
export default async function runFragileThread(request: Parameters<typeof runInThread>[0]): ReturnType<typeof runInThread> {
  const { part, attempt } = request.task;
  if (request.work.kind === 'query') {
    if (part.filename.includes('dies-always') || (part.filename.includes('dies-once') && attempt === 1)) {
      process.exit(7);
    }
    if (part.filename.includes('exhausts-memory')) {
      exhaustMemory();
    }
    if (part.filename.includes('hangs')) {
      await delay(600_000);
    }
    if (part.filename.includes('dawdles')) {
      await delay(300);
    }
  }
  return runInThread(request);
}

function exhaustMemory(): never {
  const kept: string[][] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => `kept ${kept.length} ${index}`));
}
