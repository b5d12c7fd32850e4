import { Command, CommanderError } from 'commander';
import { addDoctor } from './commands/doctor';
import { addList } from './commands/list';
import { addParts } from './commands/parts';
import { addRegister } from './commands/register';
import { addRun } from './commands/run';
import { addSample } from './commands/sample';
import { addSchema } from './commands/schema';
import { addServe } from './commands/serve';
import { addUnregister } from './commands/unregister';
import { addWorker } from './commands/worker';
import { exitCodes, exitCodeOf, exitCodesHelp } from './commands/exit-codes';
import { interruption } from './commands/interruption';
import { rememberForErrors, reportError } from './commands/report-error';
import { UsageError } from './commands/usage-error';

function commandLine(): Command {
  const program = new Command('frocket')
    .description('Funnel Rocket: ad-hoc funnel and behaviour queries over Parquet event data.')
    .showHelpAfterError('Run with --help to see what is possible.')
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({ getOutHelpWidth: () => process.stdout.columns ?? 80, getErrHelpWidth: () => process.stderr.columns ?? 80 })
    .addHelpText(
      'after',
      `
First steps:
  Make 400,000 events to play with, tell Funnel Rocket about them, see who gets
  how far, and serve the same over HTTP:
  $ npx frocket sample ./shop-data
  $ npx frocket register shop ./shop-data user_id timestamp
  $ npx frocket run shop --string '{"funnel": {"sequence": [
      {"filter": ["event", "==", "view"]},
      {"filter": ["event", "==", "purchase"]}]}}'
  $ npx frocket serve --root ./shop-data

Datasets, jobs and results are kept in a data folder (--data-dir); with --api
the commands talk to a server instead. Requests to API Gateway are signed with
your AWS credentials; if FROCKET_API_KEY is set, that key is sent instead.

${exitCodesHelp}`,
    );
  [addRegister, addList, addSchema, addParts, addRun, addUnregister, addServe, addWorker, addSample, addDoctor].forEach((add) => add(program));
  return program;
}

async function main(): Promise<void> {
  // The reader of a pipe may leave early (`frocket list | head -1`): that is its good right.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.unexpected));
  const json = process.argv.includes('--json');
  rememberForErrors({ json });
  try {
    await commandLine().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has written its message on stderr, or the help that was asked for.
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
      if (error.exitCode !== 0 && json) {
        reportError(new UsageError(error.message));
      }
      return;
    }
    if (interruption.signal.aborted) {
      process.stderr.write('Interrupted.\n');
      process.exitCode = exitCodes.interrupted;
      return;
    }
    reportError(error);
    process.exitCode = exitCodeOf(error);
  }
}

await main();
