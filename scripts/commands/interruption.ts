import { exitCodes } from './exit-codes';

/**
 * Aborted at the first SIGINT (Ctrl-C) or SIGTERM, for running jobs to be cancelled and servers to be closed.
 * At the second signal the process ends at once.
 */
export const interruption = new AbortController();

/** For a command that stops by itself when the signal is aborted: from here on Ctrl-C does not end the process at once. */
export function cancelOnInterruption(): AbortSignal {
  const onSignal = () => {
    if (interruption.signal.aborted) {
      process.exit(exitCodes.interrupted);
    }
    interruption.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return interruption.signal;
}
