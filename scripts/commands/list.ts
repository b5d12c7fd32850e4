import type { Command } from 'commander';
import { addConnectionOptions, withService } from './connection';
import type { ConnectionOptions } from './connection';
import { printAnswer } from './print';

export function addList(program: Command): void {
  const subcommand = program
    .command('list')
    .description('List the registered datasets.')
    .addHelpText(
      'after',
      `
Examples:
  $ npx frocket list
  $ npx frocket list --api http://127.0.0.1:5000 --json`,
    )
    .action(async (options: ConnectionOptions, command: Command) => {
      const { renderDatasetList } = await import('../output/dataset-list');
      const datasets = await withService(command, (service) => service.list());
      printAnswer(datasets, options.json, renderDatasetList);
    });
  addConnectionOptions(subcommand);
}
