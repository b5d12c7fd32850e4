import type { Datastore } from './datastore';
import { EmbeddedAnswers } from './embedded-answers';
import { EmbeddedEnvironment } from './embedded-environment';
import { EmbeddedJobs } from './embedded-jobs';
import { EmbeddedRegistry } from './embedded-registry';
import { MemoryTaskBoard } from './memory-task-board';

/**
 * A datastore for one machine. Datasets and jobs are kept in a data folder, durable when a write resolves, and shared
 * by all processes that open the folder; the tasks of a job are kept in the memory of the process that runs it.
 *
 * @throws DataFolderError, DatastoreFormatError
 */
export async function openEmbeddedDatastore(folder: string): Promise<Datastore> {
  const environment = await EmbeddedEnvironment.open(folder);
  const tasks = new MemoryTaskBoard();
  return {
    datasets: new EmbeddedRegistry(environment),
    jobs: new EmbeddedJobs(environment),
    tasks,
    answers: new EmbeddedAnswers(environment),
    sharing: null,
    async close() {
      tasks.close();
      await environment.close();
    },
  };
}
