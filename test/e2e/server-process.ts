import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const repository = path.resolve(__dirname, '../..');

/** A server process as users start it. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(dataDirectory: string, root: string): Promise<ServerProcess> {
    const command = ['scripts/frocket.mjs', 'serve', '--port', '0', '--data-dir', dataDirectory, '--root', root, '--workers', '2'];
    const child = spawn(process.execPath, command, { cwd: repository, stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (url !== undefined) return new ServerProcess(child, url);
    }
    throw new Error(`The server ended before it listened: ${child.exitCode}`);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }

  async post(pathname: string, body: unknown): Promise<unknown> {
    return JSON.parse(await this.postText(pathname, JSON.stringify(body)));
  }

  async postText(pathname: string, body: string): Promise<string> {
    const response = await fetch(`${this.url}${pathname}`, { method: 'POST', body });
    return response.text();
  }

  async get(pathname: string): Promise<unknown> {
    return (await fetch(`${this.url}${pathname}`)).json();
  }
}
