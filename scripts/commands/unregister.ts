import type { Command } from 'commander';
import type { UnregisterResponse } from '../../lambda/invoker/service';
import { addConnectionOptions, withService } from './connection';
import type { ConnectionOptions } from './connection';
import { printAnswer } from './print';

interface UnregisterOptions extends ConnectionOptions {
  readonly force?: true;
}

export function addUnregister(program: Command): void {
  const subcommand = program
    .command('unregister')
    .description('Forget a dataset. Its files stay as they are.')
    .argument('<name>', 'name of the dataset')
    .option('--force', 'even if it was queried a moment ago')
    .addHelpText(
      'after',
      `
Examples:
  $ npx frocket unregister shop
  $ npx frocket unregister shop --force`,
    )
    .action(async (name: string, options: UnregisterOptions, command: Command) => {
      const answer = await withService(command, (service) => service.unregister(name, { force: options.force === true }));
      printAnswer(answer, options.json, (response) => renderUnregistration(name, response));
    });
  addConnectionOptions(subcommand);
}

function renderUnregistration(name: string, { datasetLastUsed }: UnregisterResponse): string {
  const used = datasetLastUsed === null ? 'it was never queried' : `last queried at ${new Date(1000 * datasetLastUsed).toISOString()}`;
  return `Unregistered ${name} (${used}).\n`;
}
