import { Option } from 'commander';
import type { Command } from 'commander';
import { stringifyJson } from '../../lambda/query/json';
import type { Finding } from '../doctor/finding';
import { coloursFor } from '../output/colours';
import type { Colours } from '../output/colours';
import { apiKeyFromEnvironment, jsonOption } from './connection';
import { exitCodes } from './exit-codes';
import { parseRegion } from './region';

interface DoctorOptions {
  readonly env: string;
  readonly region?: string;
  readonly json?: true;
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check a deployment in AWS, part by part and as a whole.')
    .addOption(new Option('--env <name>', 'environment that was deployed: a file in environments/').default('default'))
    .addOption(new Option('--region <region>', "where it is (default: the environment's, else that of your credentials)").argParser(parseRegion))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Each check is one line: ok, warning or failed, with what is wrong and what to
do. The last one counts the smallest dataset through the API, which takes the
datastore, a worker and the bucket. Exit code 6 if a check failed.

Examples:
  $ npx frocket doctor
  $ npx frocket doctor --env prod --region eu-west-1 --json`,
    )
    .action(async ({ env, region, json }: DoctorOptions) => {
      const [{ settingsOf }, { diagnose }] = await Promise.all([import('./environment-settings'), import('../doctor/diagnose')]);
      const settings = await settingsOf(env);
      const colours = coloursFor(process.stdout);
      const findings: Finding[] = [];
      for await (const finding of diagnose({ ...settings, ...(region === undefined ? {} : { region }) }, apiKeyFromEnvironment())) {
        findings.push(finding);
        if (json !== true) {
          process.stdout.write(renderFinding(finding, colours));
        }
      }
      const failures = findings.filter(({ outcome }) => outcome === 'failed').length;
      process.stdout.write(json === true ? stringifyJson({ success: failures === 0, environment: env, checks: findings }) + '\n' : renderEnd(failures));
      process.exitCode = failures === 0 ? exitCodes.ok : exitCodes.checkFailed;
    });
}

function renderFinding({ check, outcome, message }: Finding, colours: Colours): string {
  const colour = { ok: colours.green, warning: colours.yellow, failed: colours.red }[outcome];
  return `${colour(outcome.padEnd('warning'.length))}  ${check.padEnd('credentials'.length)}  ${message}\n`;
}

function renderEnd(failures: number): string {
  return failures === 0 ? '' : `${failures} ${failures === 1 ? 'check' : 'checks'} failed. Begin with the first: others may follow from it, and what needs it was not tried.\n`;
}
