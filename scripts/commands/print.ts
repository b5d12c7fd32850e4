import { stringifyJson } from '../../lambda/query/json';
import { coloursFor } from '../output/colours';
import type { Colours } from '../output/colours';

/** An answer on stdout: as one line of JSON for programs, else as the text that `render` makes of it. */
export function printAnswer<T>(answer: T, json: boolean | undefined, render: (answer: T, colours: Colours) => string): void {
  process.stdout.write(json === true ? stringifyJson(answer) + '\n' : render(answer, coloursFor(process.stdout)));
}
