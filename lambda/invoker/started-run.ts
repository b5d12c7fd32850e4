import type { Progress } from './service';

export interface StartedRun<Answer> {
  readonly answer: Promise<Answer>;
}

/**
 * Starts a run and waits until it is launched, so that what is wrong with the request itself is known before a client
 * is told that its job is on the way.
 *
 * @throws what the run throws before its first progress
 */
export async function startRun<Answer>(
  run: (onProgress: (progress: Progress) => void) => Promise<Answer>,
  onProgress: (progress: Progress) => void,
): Promise<StartedRun<Answer>> {
  let launched = () => {};
  const launch = new Promise<void>((resolve) => (launched = resolve));
  const answer = run((progress) => {
    onProgress(progress);
    launched();
  });
  await Promise.race([launch, answer]);
  return { answer };
}
