import { pino } from 'pino';
import type { JobSlots } from '../../lambda/datastore/process-sharing';
import { JobGate } from '../../lambda/invoker/job-gate';

const settings = { maxConcurrentJobs: 1, maxWaitingJobs: 0 };

test('An answer is not kept back by a datastore that does not take its job’s slot back', async () => {
  const hanging: JobSlots = { take: () => Promise.resolve(true), renew: () => Promise.resolve(), free: () => new Promise(() => {}) };
  const gate = new JobGate({ settings, slots: hanging, logger: pino({ level: 'silent' }) });
  const run = () => gate.run('request', new AbortController().signal, () => {}, () => Promise.resolve('answer'));

  expect(await run()).toBe('answer');
  expect(await run()).toBe('answer');
});
