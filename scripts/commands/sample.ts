import path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { formatBytes, formatNumber } from '../output/numbers';
import type { SampleSummary } from '../sample-data/sample-dataset';
import { jsonOption } from './connection';
import { printAnswer } from './print';
import { wholeNumber } from './whole-number';

interface SampleOptions {
  readonly events: number;
  readonly parts: number;
  readonly json?: true;
}

export function addSample(program: Command): void {
  program
    .command('sample')
    .description("Make a sample dataset: three months of a shop's events, the same at each run.")
    .argument('<dir>', 'folder for the Parquet files; made where it is missing')
    .addOption(new Option('--events <n>', 'how many events, about').argParser(wholeNumber(1, 50_000_000)).default(400_000))
    .addOption(new Option('--parts <n>', 'how many files').argParser(wholeNumber(1, 10_000)).default(8))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Columns: user_id, timestamp (milliseconds), event (home, search, view, login,
add_to_cart, remove_from_cart, cart, checkout, purchase), platform, channel,
country, category, price, quantity, logged_in.

Examples:
  $ npx frocket sample ./shop-data
  $ npx frocket sample ./big-shop-data --events 5000000 --parts 64`,
    )
    .action(async (folder: string, options: SampleOptions) => {
      const { generateSampleDataset, sampleColumns } = await import('../sample-data/sample-dataset');
      const summary = await generateSampleDataset(folder, { events: options.events, parts: options.parts });
      printAnswer(summary, options.json, () => renderSample(folder, summary, `${sampleColumns.groupId} ${sampleColumns.timestamp}`));
    });
}

function renderSample(folder: string, { events, users, files }: SampleSummary, columns: string): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${formatNumber(events)} events of ${formatNumber(users)} users in ${formatNumber(files.length)} Parquet files (${formatBytes(bytes)}).
Next: npx frocket register shop ${path.normalize(folder)} ${columns}
`;
}
