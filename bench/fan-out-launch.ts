/** Launches tasks, and nothing else, alone in its process: by the launcher, or by the SDK as it comes. Started by `fan-out.ts`. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import pLimit from 'p-limit';
import { pino } from 'pino';
import type { Job, Task } from '../lambda/datastore/job';
import { LambdaLauncher } from '../lambda/invoker/lambda-launcher';

/** Requests of the SDK under way at once, each on a connection. */
const SDK_CONNECTIONS = 64;

/** Times in milliseconds. */
export interface LaunchReport {
  readonly wall: number;
  readonly processor: number;
}

const [, , side] = process.argv;
const launcher = new LambdaLauncher({ functionName: 'worker', logger: pino({ level: 'warn' }) });
const client = new LambdaClient({ maxAttempts: 8, requestHandler: { httpsAgent: { maxSockets: SDK_CONNECTIONS, keepAlive: true } } });

async function launch(parts: number): Promise<void> {
  if (side === 'launcher') {
    const tasks = Array.from({ length: parts }, (_, index): Task => ({ index, attempt: 1, part: { filename: '', size: 0, etag: '' } }));
    await launcher.launch({ requestId: 'launch' } as Job, tasks, new AbortController().signal);
    return;
  }
  const command = new InvokeCommand({ FunctionName: 'worker', InvocationType: 'Event', Payload: Buffer.from(JSON.stringify({ requestId: 'launch', launchedAt: Date.now() })) });
  const limit = pLimit(SDK_CONNECTIONS);
  await Promise.all(Array.from({ length: parts }, () => limit(() => client.send(command))));
}

process.on('message', (parts: number) => {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  void launch(parts).then(() => {
    const wall = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(before);
    const report: LaunchReport = { wall, processor: (user + system) / 1000 };
    process.send?.(report);
  });
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
