import { rm } from 'node:fs/promises';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { startServer } from '../../lambda/invoker/server';
import type { RunningServer } from '../../lambda/invoker/server';
import { readSettings } from '../../lambda/invoker/settings';
import type { Settings } from '../../lambda/invoker/settings';
import { temporaryFolder } from '../worker/parquet-parts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; loosely typed, since tests look into it with matchers. */
  readonly body: Record<string, unknown>;
}

export interface TestServerOptions {
  readonly threadFile: string;
  readonly roots: readonly string[];
  readonly settings?: Partial<Settings>;
  readonly workers?: number;
  readonly logger?: Logger;
  readonly shutdownPatience?: number;
}

/** A real server on a free port with an embedded datastore in a temporary folder, and requests to it. */
export class TestServer {
  private constructor(
    private readonly server: RunningServer,
    private readonly dataDirectory: string,
  ) {}

  static async start({ threadFile, roots, settings = {}, workers = 2, logger = pino({ level: 'silent' }), shutdownPatience }: TestServerOptions): Promise<TestServer> {
    const dataDirectory = await temporaryFolder();
    const server = await startServer({ port: 0, dataDirectory, roots, threadFile, workers, logger, settings: { ...readSettings({}), ...settings }, ...(shutdownPatience !== undefined && { shutdownPatience }) });
    return new TestServer(server, dataDirectory);
  }

  get url(): string {
    return this.server.url;
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.dataDirectory, { recursive: true });
  }

  async request(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, { ...init, method });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> };
  }

  get(path: string): Promise<Answer> {
    return this.request('GET', path);
  }

  /** @param body text is sent as it is, anything else as JSON */
  post(path: string, body: unknown = ''): Promise<Answer> {
    return this.request('POST', path, { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  register(name: string, basepath: string, more: Record<string, unknown> = {}): Promise<Answer> {
    return this.post('/datasets/register', { name, basepath, groupIdColumn: 'user', timestampColumn: 'time', ...more });
  }

  /** The lines of a streamed answer. */
  async lines(method: string, path: string, body?: string): Promise<{ status: number; contentType: string | null; lines: Record<string, unknown>[] }> {
    const response = await fetch(`${this.url}${path}`, { method, ...(body !== undefined && { body }) });
    const text = await response.text();
    const lines = text.split('\n').filter((line) => line !== '');
    return { status: response.status, contentType: response.headers.get('content-type'), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  }
}
