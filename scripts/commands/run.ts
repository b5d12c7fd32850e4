import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Option } from 'commander';
import type { Command } from 'commander';
import { addConnectionOptions, withService } from './connection';
import type { ConnectionOptions } from './connection';
import { cancelOnInterruption } from './interruption';
import { printAnswer } from './print';
import { rememberForErrors } from './report-error';
import { UsageError } from './usage-error';

interface QuerySource {
  readonly file?: string;
  readonly string?: string;
  readonly empty?: true;
}

type RunOptions = ConnectionOptions & QuerySource & { readonly fresh?: true };

export function addRun(program: Command): void {
  const subcommand = program
    .command('run')
    .description('Run a query on a dataset; give it in exactly one of three ways.')
    .argument('<name>', 'name of the dataset')
    .addOption(new Option('--file <file>', 'the query is in this JSON file; - reads it from standard input').conflicts(['string', 'empty']))
    .addOption(new Option('--string <json>', 'this is the query').conflicts(['file', 'empty']))
    .addOption(new Option('--empty', 'the empty query: how many groups and rows there are').conflicts(['file', 'string']))
    .addOption(new Option('--fresh', 'run it even where the answer is stored from an earlier run'))
    .addHelpText(
      'after',
      `
Examples:
  $ npx frocket run shop --empty
  $ npx frocket run shop --file funnel.json
  $ npx frocket run shop --string '{"query": {
      "conditions": [
        {"filter": ["event", "==", "view"], "target": ["count", ">=", 3]}],
      "aggregations": [{"column": "country", "type": "groupsPerValue"}]}}'
  $ cat funnel.json | npx frocket run shop --file - --json \\
      | jq '.funnel.sequence[].matchingGroups'

Progress is shown on stderr while the query runs, if that is a terminal. The
first step of a funnel is 100% overall.`,
    )
    .action(async (name: string, options: RunOptions, command: Command) => {
      const query = await readQuery(options);
      rememberForErrors({ queryText: query });
      const [{ progressDisplay }, { renderQueryAnswer }] = await Promise.all([import('../output/progress'), import('../output/query-answer')]);
      const display = progressDisplay(options.json);
      const answer = await withService(command, (service) =>
        service.query(name, query, { onProgress: display.onProgress, signal: cancelOnInterruption(), fresh: options.fresh === true }),
      ).finally(() => display.stop());
      printAnswer(answer, options.json, (response, colours) => renderQueryAnswer(response, query, colours));
    });
  addConnectionOptions(subcommand);
}

async function readQuery({ file, string, empty }: QuerySource): Promise<string> {
  if (empty === true) {
    return '{}';
  }
  if (string !== undefined) {
    return string;
  }
  if (file === undefined) {
    throw new UsageError('Give the query by --file, --string or --empty.');
  }
  if (file === '-') {
    return text(process.stdin);
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The query's file "${file}" cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
