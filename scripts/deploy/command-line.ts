import { parseArgs } from 'node:util';

/** The environment that a command is for: `--env NAME`, else `default`. */
export function environmentFrom(args: readonly string[]): string {
  const { values } = parseArgs({ args: [...args], options: { env: { type: 'string', default: 'default' } } });
  return values.env;
}
