import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';
import type { Certificates } from './certificates';
import { firstCommand } from './redis-protocol';

/** How a client wanted to sign in. */
export interface SignIn {
  readonly user: string;
  readonly password: string;
  /** Why it was refused; null where it was let in. */
  readonly refusal: string | null;
}

/** Judges a user's password. @throws Error where it is wrong */
export type CheckPassword = (user: string, password: string) => void;

const port = 6379;

/**
 * Stands before a Redis, over TLS on both sides, and judges the passwords that clients sign in with: the Redis behind
 * takes any, since it cannot know AWS's tokens. Listens on a loopback address of its own, since templates state the port.
 */
export class SignInProxy {
  readonly signIns: SignIn[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();
  /** Connections that clients have made so far. */
  connections = 0;

  private constructor(
    readonly address: string,
    private readonly redisPort: number,
    private readonly authority: Buffer,
    certificates: Certificates,
    private readonly check: CheckPassword,
  ) {
    this.#server = createServer({ cert: readFileSync(certificates.certificate), key: readFileSync(certificates.key) }, (client) => this.#accept(client));
    this.#server.on('tlsClientError', () => {});
  }

  static async start(address: string, redisPort: number, certificates: Certificates, check: CheckPassword): Promise<SignInProxy> {
    const proxy = new SignInProxy(address, redisPort, readFileSync(certificates.authority), certificates, check);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(port, address, resolve);
    });
    return proxy;
  }

  /** Cuts all connections, as ElastiCache does at a failover. */
  cut(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #accept(client: TLSSocket): void {
    this.connections++;
    this.#track(client);
    let received = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const command = firstCommand(received);
      if (command === null) {
        return;
      }
      client.off('data', read);
      const refusal = this.#judge(command);
      if (refusal === null) {
        this.#passOn(client, received);
      } else {
        client.end(`-${refusal}\r\n`);
      }
    };
    client.on('data', read);
  }

  #judge(command: readonly string[]): string | null {
    const credentials = credentialsOf(command);
    if (credentials === null) {
      return 'NOAUTH Authentication required.';
    }
    let refusal: string | null = null;
    try {
      this.check(...credentials);
    } catch (error) {
      refusal = String(error);
    }
    this.signIns.push({ user: credentials[0], password: credentials[1], refusal });
    return refusal === null ? null : 'WRONGPASS invalid username-password pair or user is disabled.';
  }

  #passOn(client: TLSSocket, received: Buffer): void {
    const redis = connect({ host: '127.0.0.1', port: this.redisPort, ca: this.authority });
    this.#track(redis);
    redis.write(received);
    client.pipe(redis).pipe(client);
  }

  #track(socket: TLSSocket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

/** An address of the loopback network that hardly anybody else listens on. */
export function loopbackAddress(): string {
  return `127.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

/** User and password of `AUTH user password` or `HELLO 3 AUTH user password`. */
function credentialsOf(command: readonly string[]): [string, string] | null {
  const at = command.findIndex((word) => word.toUpperCase() === 'AUTH');
  const [user, password] = at === -1 ? [] : command.slice(at + 1);
  return password === undefined ? null : [user, password];
}
