/**
 * Faults done to the whole product while it answers queries whose answers are known.
 * `npm run soak [-- --minutes N --seed S]`
 */
import { parseArgs } from 'node:util';
import { Stage } from '../faults/stage';
import { printFigures } from './figures';
import { Soak } from './soak';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } });
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
  throw new Error(`--minutes is '${values.minutes}' and --seed is '${values.seed}'; a number above 0 and a whole number would be right.`);
}
const print = (line: string) => process.stdout.write(`${line}\n`);
print(`Seed ${seed}, ${minutes} minutes`);
const stage = await Stage.start({
  ...{ seed, parts: 8, usersPerPart: 25, queries: 40 },
  ...{ invokers: 2, workers: 4, concurrency: 2, jobTimeout: 20_000 },
  settings: { FROCKET_TASK_RETRY_LOST_INTERVAL: '2', FROCKET_TASK_RETRY_FAILED_INTERVAL: '0.2' },
});
const soak = new Soak(stage, seed, print);
try {
  await soak.run(minutes * 60_000);
  soak.checkHits();
} finally {
  await stage.stop();
}
print(printFigures(soak.figures));
for (const [name, { findings }] of soak.figures) findings.forEach((finding) => print(`${name}: ${finding.slice(0, 500)}`));
print(JSON.stringify({ seed, minutes, faults: Object.fromEntries(soak.figures) }));
const figures = [...soak.figures.values()];
process.exit(figures.some(({ findings }) => findings.length > 0) ? 1 : 0);
