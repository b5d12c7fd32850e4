import { SingleBar } from 'cli-progress';
import type { Progress } from '../../lambda/invoker/service';

export interface ProgressDisplay {
  readonly onProgress: (progress: Progress) => void;
  /** Clears the bar; to be called before anything else is written. */
  stop(): void;
}

/** A bar on stderr while a job runs, if somebody looks at it: files, pipes and programs (`--json`) get none. */
export function progressDisplay(json: boolean | undefined): ProgressDisplay {
  if (!process.stderr.isTTY || json === true) {
    return { onProgress: () => undefined, stop: () => undefined };
  }
  const bar = new SingleBar({
    format: '{bar} {value}/{total} parts · {message}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
    // Signals are handled by the command, which then calls `stop`.
    gracefulExit: false,
  });
  return {
    onProgress({ tasks, message }) {
      const total = Object.values(tasks).reduce((sum, count) => sum + count, 0);
      if (bar.isActive) {
        bar.setTotal(total);
        bar.update(tasks.ENDED_SUCCESS ?? 0, { message });
      } else {
        bar.start(total, tasks.ENDED_SUCCESS ?? 0, { message });
      }
    },
    stop() {
      if (bar.isActive) {
        bar.stop();
      }
    },
  };
}
