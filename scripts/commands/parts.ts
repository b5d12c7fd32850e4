import type { Command } from 'commander';
import type { PartsResponse } from '../../lambda/invoker/service';
import { formatBytes, formatNumber } from '../output/numbers';
import { addConnectionOptions, withService } from './connection';
import type { ConnectionOptions } from './connection';
import { printAnswer } from './print';

export function addParts(program: Command): void {
  const subcommand = program
    .command('parts')
    .description("List a dataset's files.")
    .argument('<name>', 'name of the dataset')
    .addHelpText(
      'after',
      `
Examples:
  $ npx frocket parts shop
  $ npx frocket parts shop --json`,
    )
    .action(async (name: string, options: ConnectionOptions, command: Command) => {
      const parts = await withService(command, (service) => service.parts(name));
      printAnswer(parts, options.json, renderParts);
    });
  addConnectionOptions(subcommand);
}

function renderParts({ filenames, totalParts, totalSize }: PartsResponse): string {
  return [...filenames, `${formatNumber(totalParts)} parts, ${formatBytes(totalSize)}`].join('\n') + '\n';
}
