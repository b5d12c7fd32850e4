import { Counter, Histogram, Registry } from 'prom-client';
import type { TaskStatus } from '../datastore/job';
import type { ErrorKind } from '../query/errors';

/** What the server counts of its work, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'frocket_http_requests_total',
    help: 'HTTP requests, by route and status.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.#registry],
  });
  readonly #durations = new Histogram({
    name: 'frocket_http_request_duration_seconds',
    help: 'Time until the response started, by route.',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120],
    registers: [this.#registry],
  });
  readonly #tasks = new Counter({
    name: 'frocket_tasks_total',
    help: 'Attempts of tasks that ended, by status.',
    labelNames: ['status'],
    registers: [this.#registry],
  });
  readonly #errors = new Counter({
    name: 'frocket_errors_total',
    help: 'Errors given to clients, by kind.',
    labelNames: ['kind'],
    registers: [this.#registry],
  });

  /** @param duration seconds */
  requestEnded(request: { method: string; route: string; status: number; duration: number }): void {
    const { method, route, status, duration } = request;
    this.#requests.inc({ method, route, status });
    this.#durations.observe({ method, route }, duration);
  }

  taskEnded(status: TaskStatus): void {
    this.#tasks.inc({ status });
  }

  errorGiven(kind: ErrorKind): void {
    this.#errors.inc({ kind });
  }

  /** The counts in Prometheus' text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
