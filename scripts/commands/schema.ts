import type { Command } from 'commander';
import { addConnectionOptions, withService } from './connection';
import type { ConnectionOptions } from './connection';
import { printAnswer } from './print';

interface SchemaOptions extends ConnectionOptions {
  readonly full?: true;
}

export function addSchema(program: Command): void {
  const subcommand = program
    .command('schema')
    .description('Show the columns of a dataset, their types and the time it covers.')
    .argument('<name>', 'name of the dataset')
    .option('--full', 'also types in the files, ranges, frequent values and columns that cannot be queried')
    .addHelpText(
      'after',
      `
Examples:
  $ npx frocket schema shop
  $ npx frocket schema shop --full --json`,
    )
    .action(async (name: string, options: SchemaOptions, command: Command) => {
      const { renderFullSchema, renderShortSchema } = await import('../output/schema');
      if (options.full === true) {
        printAnswer(await withService(command, (service) => service.fullSchema(name)), options.json, renderFullSchema);
      } else {
        printAnswer(await withService(command, (service) => service.schema(name)), options.json, renderShortSchema);
      }
    });
  addConnectionOptions(subcommand);
}
