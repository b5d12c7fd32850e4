import { loadSettings } from '../../lib/load-settings';
import { aws } from './account';
import { cdk } from './cdk';
import { environmentFrom } from './command-line';
import { deploy, destroy, diff, synth } from './run';

/** `npm run synth|deploy|diff|destroy [-- --env NAME]` */
const commands = { synth, deploy, diff, destroy } as const;

const [name, ...args] = process.argv.slice(2);
const command = Object.entries(commands).find(([known]) => known === name)?.[1];
try {
  if (!command) {
    throw new Error(`There is no command '${name ?? ''}'; there are ${Object.keys(commands).join(', ')}.`);
  }
  await command(await loadSettings(environmentFrom(args)), { cdk, aws, print: (line) => console.log(line) });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
