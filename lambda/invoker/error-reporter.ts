import type { Logger } from 'pino';
import { ClientGoneError, errorAnswer } from './http-errors';
import type { ErrorAnswer } from './http-errors';
import type { Metrics } from './metrics';

/** Describes errors for clients, counts them, and logs what clients are not told. */
export class ErrorReporter {
  readonly #metrics: Metrics;
  readonly #logger: Logger;

  constructor(metrics: Metrics, logger: Logger) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  report(error: unknown, requestId: string): ErrorAnswer {
    const answer = errorAnswer(error, requestId);
    if (error instanceof ClientGoneError) {
      this.#logger.info({ requestId }, 'The client went away; its job is ended');
      return answer;
    }
    this.#metrics.errorGiven(answer.body.errorKind);
    if (answer.body.errorKind === 'INTERNAL') {
      this.#logger.error({ err: error, requestId }, 'Internal error');
    }
    return answer;
  }
}
