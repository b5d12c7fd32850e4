import { setTimeout as delay } from 'node:timers/promises';
import runInThread from '../../lambda/worker/thread';

export { flush } from '../../lambda/worker/thread';

/** A real worker thread that dies, crashes, hangs or dawdles over parts whose names ask for it, once they are queried. */
export default async function runFragileThread(request: Parameters<typeof runInThread>[0]): ReturnType<typeof runInThread> {
  const { part, attempt } = request.task;
  if (request.work.kind === 'query') {
    if (part.filename.includes('dies-always') || (part.filename.includes('dies-once') && attempt === 1)) {
      process.exit(7);
    }
    if (part.filename.includes('crashes')) {
      setImmediate(() => {
        throw new Error('out of nowhere');
      });
    }
    if (part.filename.includes('hangs') || part.filename.includes('crashes')) {
      await delay(600_000);
    }
    if (part.filename.includes('dawdles')) {
      await delay(300);
    }
  }
  return runInThread(request);
}
