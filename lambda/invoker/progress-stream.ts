import { jsonTextOf } from './json-text';
import type { Progress } from './service';
import { startRun } from './started-run';

/**
 * Answers with newline-delimited JSON: progress as it is made, and the run's answer or error as the last line.
 *
 * @param run ends when its signal is aborted, which happens where the client stops reading
 * @param describeError makes the last line of an error
 * @throws what the run throws before its first progress: the answer is an ordinary error then
 */
export async function streamRun(
  run: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<unknown>,
  describeError: (error: unknown) => unknown,
): Promise<Response> {
  const cancelled = new AbortController();
  const lines = new TransformStream<unknown, string>({
    transform: (line, controller) => controller.enqueue(`${jsonTextOf(line)}\n`),
  });
  const writer = lines.writable.getWriter();
  // A line that nobody reads any longer is no error.
  const write = (line: unknown) => void writer.write(line).catch(() => cancelled.abort());
  void writer.closed.catch(() => cancelled.abort());

  const { answer } = await startRun((onProgress) => run(onProgress, cancelled.signal), write);
  void answer
    .catch(describeError)
    .then(write)
    .then(() => writer.close())
    .catch(() => cancelled.abort());
  return new Response(lines.readable.pipeThrough(new TextEncoderStream()), { headers: { 'content-type': 'application/x-ndjson' } });
}
