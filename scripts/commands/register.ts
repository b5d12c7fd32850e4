import path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { RegisterRequest, RegisterResponse } from '../../lambda/invoker/service';
import { formatBytes, formatNumber, formatSeconds } from '../output/numbers';
import { addConnectionOptions, withService } from './connection';
import type { ConnectionOptions } from './connection';
import { cancelOnInterruption } from './interruption';
import { printAnswer } from './print';

interface RegisterOptions extends ConnectionOptions {
  readonly pattern?: string;
  readonly validationMode?: RegisterRequest['validationMode'];
  readonly validateUniques: boolean;
}

export function addRegister(program: Command): void {
  const subcommand = program
    .command('register')
    .description('Make a folder of Parquet files known as a dataset. Its files are read, never changed.')
    .argument('<name>', 'name to give the dataset; a dataset of that name is replaced')
    .argument('<path>', 'folder of the files, or s3://bucket/prefix')
    .argument('<group-column>', 'column of the group IDs, usually users: integer or string, without nulls')
    .argument('<time-column>', 'column of the times: number or timestamp, without nulls')
    .option('--pattern <glob>', 'which files to take (default: "*.parquet")')
    .addOption(
      new Option('--validation-mode <mode>', 'which files to read and compare: one, first and last, or a sample (default: SAMPLE)')
        .choices(['SINGLE', 'FIRST_LAST', 'SAMPLE']),
    )
    .option('--no-validate-uniques', 'do not check that no group lies in two of those files')
    .addHelpText(
      'after',
      `
All rows of a group must lie in one file; in which order does not matter.

Examples:
  $ npx frocket register shop ./shop-data user_id timestamp
  $ npx frocket register logs s3://my-bucket/logs/ session_id ts \\
      --pattern 'part-*.parquet' --validation-mode FIRST_LAST`,
    )
    .action(async (name: string, location: string, groupIdColumn: string, timestampColumn: string, options: RegisterOptions, command: Command) => {
      const { progressDisplay } = await import('../output/progress');
      const display = progressDisplay(options.json);
      const request: RegisterRequest = {
        name,
        basepath: absolute(location),
        groupIdColumn,
        timestampColumn,
        pattern: options.pattern,
        validationMode: options.validationMode,
        validateUniques: options.validateUniques,
      };
      const answer = await withService(command, (service) =>
        service.register(request, { onProgress: display.onProgress, signal: cancelOnInterruption() }),
      ).finally(() => display.stop());
      printAnswer(answer, options.json, renderRegistration);
    });
  addConnectionOptions(subcommand);
}

/** Relative paths are meant from where the user stands; a server stands elsewhere. */
function absolute(location: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(location) ? location : path.resolve(location);
}

function renderRegistration({ dataset, stats }: RegisterResponse): string {
  const { id, basepath, totalParts, groupIdColumn, timestampColumn } = dataset;
  return `Registered ${id.name}: ${formatNumber(totalParts)} parts (${formatBytes(stats.dataset.totalSize)}) in ${basepath},
groups by ${groupIdColumn}, times in ${timestampColumn}. It took ${formatSeconds(stats.totalTime)}.
`;
}
