import { createColors } from 'picocolors';

export type Colours = ReturnType<typeof createColors>;

/** Colours for a terminal that shows them; plain text for files, pipes and where NO_COLOR is set (https://no-color.org). */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  // Never undefined, as `isTTY` of a pipe is: the library would then judge by itself, and take every CI for a terminal.
  return createColors(!NO_COLOR && (Boolean(FORCE_COLOR) || (stream.isTTY === true && TERM !== 'dumb')));
}
