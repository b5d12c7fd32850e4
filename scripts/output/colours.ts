import { createColors } from 'picocolors';
import type { WriteStream } from 'node:tty';

export type Colours = ReturnType<typeof createColors>;

/** Colours for a terminal that shows them; plain text for files, pipes and where NO_COLOR is set (https://no-color.org). */
export function coloursFor(stream: Pick<WriteStream, 'isTTY'>): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  return createColors(!NO_COLOR && (Boolean(FORCE_COLOR) || (stream.isTTY && TERM !== 'dumb')));
}
