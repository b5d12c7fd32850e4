import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openLocalService } from '../lambda/invoker/open-local-service';
import type { FrocketService } from '../lambda/invoker/service';
import { workerThreadFile } from './commands/worker-thread-file';
import { coloursFor } from './output/colours';
import { formatBytes, formatNumber, formatSeconds } from './output/numbers';
import { progressDisplay } from './output/progress';
import { renderQueryAnswer } from './output/query-answer';
import { existingSample, generateSampleDataset, sampleColumns } from './sample-data/sample-dataset';
import type { SampleSummary } from './sample-data/sample-dataset';

const dataset = 'shop';

/** Of the mobile or quickly decided users who looked at two dear products: who put something into the cart, and bought? */
const queryText = `{
  "query": {
    "relation": "$interested and ($mobile or $decided)",
    "conditions": [
      {
        "name": "interested",
        "filters": [
          {"column": "event", "op": "==", "value": "view"},
          {"column": "price", "op": ">=", "value": 50}
        ],
        "target": ["count", ">=", 2]
      },
      {"name": "mobile", "filter": ["platform", "in", ["android", "ios"]]},
      {
        "name": "decided",
        "sequence": [
          {"filter": ["event", "==", "search"]},
          {"filter": ["event", "==", "purchase"]}
        ],
        "maxDuration": 86400000
      }
    ],
    "aggregations": [{"column": "country", "type": "groupsPerValue", "top": 5}]
  },
  "funnel": {
    "sequence": [
      {"filter": ["event", "==", "view"]},
      {"filter": ["event", "==", "add_to_cart"]},
      {"filter": ["event", "==", "purchase"]}
    ],
    "maxDuration": 604800000,
    "endAggregations": [
      {"column": "platform", "type": "groupsPerValue"},
      {"name": "value of products", "column": "event", "type": "sumPerValue", "otherColumn": "price", "top": 3}
    ]
  }
}`;

async function main(): Promise<void> {
  const colours = coloursFor(process.stdout);
  const say = (text: string) => process.stdout.write(text);
  const dataDirectory = process.env.FROCKET_DATA_DIR ?? '.frocket';
  const folder = path.join(dataDirectory, 'sample');
  const queryFile = path.join(folder, 'funnel.json');

  const sample = await provideSample(folder, say);
  await writeFile(queryFile, queryText + '\n');
  const opened = await openLocalService({ dataDirectory, threadFile: workerThreadFile() });
  const { service } = opened;
  try {
    await register(service, folder, say);
    say(`\n${colours.bold('The query')}\n${queryText}\n\n`);
    const display = progressDisplay(false);
    const answer = await service.query(dataset, queryText, { onProgress: display.onProgress }).finally(() => display.stop());
    say(`${colours.bold('The answer')}, of ${formatNumber(sample.users)} users\n`);
    say(renderQueryAnswer(answer, queryText, colours));
  } finally {
    await opened.close();
  }
  say(`
${colours.bold('To go on')}
  npx frocket schema ${dataset} --full
  npx frocket run ${dataset} --file ${queryFile}
  npx frocket run ${dataset} --string '{"query": {"aggregations": [{"column": "event"}]}}'
  npx frocket serve --root ${folder}
`);
}

async function provideSample(folder: string, say: (text: string) => void): Promise<SampleSummary> {
  const existing = await existingSample(folder);
  const started = performance.now();
  const sample = existing ?? (await generateSampleDataset(folder));
  const bytes = sample.files.reduce((sum, file) => sum + file.bytes, 0);
  say(`Sample dataset: ${formatNumber(sample.events)} events of ${formatNumber(sample.users)} users in ${folder}
  (${formatNumber(sample.files.length)} Parquet files, ${formatBytes(bytes)}, ${existing === null ? `made in ${formatSeconds((performance.now() - started) / 1000)}` : 'made before'})
`);
  return sample;
}

async function register(service: FrocketService, folder: string, say: (text: string) => void): Promise<void> {
  const { stats } = await service.register({
    name: dataset,
    basepath: path.resolve(folder),
    groupIdColumn: sampleColumns.groupId,
    timestampColumn: sampleColumns.timestamp,
  });
  say(`Registered as "${dataset}" in ${formatSeconds(stats.totalTime)}.\n`);
}

await main();
