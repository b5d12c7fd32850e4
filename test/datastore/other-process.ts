import { createInterface } from 'node:readline';
import type { Datastore } from '../../lambda/datastore/datastore';
import { openDatastore } from '../../lambda/datastore/open-datastore';
import { sampleDataset, sampleJobState } from './samples';

const commands: Record<string, (datastore: Datastore, argument: string) => Promise<unknown>> = {
  putDataset: ({ datasets }, name) => datasets.put(sampleDataset(name)),
  hasDataset: async ({ datasets }, name) => (await datasets.get(name)) !== null,
  claimName: ({ datasets }, name) => datasets.claimName(name, 'theirs', 60_000),
  createJob: ({ jobs }, requestId) => jobs.create(sampleJobState(requestId)),
};

/** Does what each line of the input says on the data folder named as argument, and answers with a line. */
async function obey(): Promise<void> {
  const datastore = await openDatastore({ dataDirectory: process.argv[2] });
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, argument] = JSON.parse(line) as [string, string];
    process.stdout.write(`${String(await commands[command](datastore, argument))}\n`);
  }
}

void obey();
