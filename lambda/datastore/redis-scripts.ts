import { answerScripts } from './redis-answer-scripts';
import { boardScripts } from './redis-board-scripts';
import type { RedisClient } from './redis-client';
import { jobScripts } from './redis-job-scripts';
import { queueScripts } from './redis-queue-scripts';
import { registryScripts } from './redis-registry-scripts';

/**
 * What several writers may do to the same keys at once, each as one step of the server. All keys of a script carry the
 * same hash tag, so that they lie on one node of a cluster.
 */
const scripts = { ...registryScripts, ...jobScripts, ...boardScripts, ...queueScripts, ...answerScripts };

/** Makes the scripts commands of a connection. */
export function defineScripts(redis: RedisClient): void {
  Object.entries(scripts).forEach(([name, definition]) => redis.defineCommand(name, definition));
}
