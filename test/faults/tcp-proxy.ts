import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the network between clients and a server does. */
export type Weather =
  | { readonly kind: 'clear' }
  /** Each piece of data takes so many milliseconds, in both directions. */
  | { readonly kind: 'slow'; readonly delay: number }
  /** Connections stand, but nothing arrives on them until the weather changes. */
  | { readonly kind: 'silent' }
  /** Connections are reset, and new ones too. */
  | { readonly kind: 'cut' };

const clear: Weather = { kind: 'clear' };

/** With a reset, unless our end is already shutting down: Node 20 never closes such a handle and spins for ever at its exit. */
function breakOff(socket: Socket): void {
  if (socket.writable) socket.resetAndDestroy();
  else socket.destroy();
}

/** A host name of the network: clients keep its address, whatever server stands behind it, and whatever the network does. */
export class TcpProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #weather: Weather = clear;
  /** Connections broken or refused, and pieces of data delayed. */
  hits = 0;
  #onClear: () => void = () => {};
  #cleared: Promise<void> = Promise.resolve();

  private constructor(private target: number) {
    this.#server = createServer((client) => this.#pass(client));
  }

  /** @param target port of the loopback interface */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get connections(): number {
    return this.#sockets.size / 2;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  set weather(weather: Weather) {
    this.#onClear();
    this.#weather = weather;
    if (weather.kind === 'silent') this.#cleared = new Promise((resolve) => (this.#onClear = resolve));
    if (weather.kind === 'cut') this.#reset();
  }

  /** From now on another server has the name; connections to the former one break. */
  pointTo(port: number): void {
    this.target = port;
    this.#reset();
  }

  async close(): Promise<void> {
    this.weather = clear;
    this.#server.close();
    this.#reset();
    await once(this.#server, 'close');
  }

  #reset(): void {
    this.hits += this.#sockets.size / 2;
    this.#sockets.forEach(breakOff);
  }

  #pass(client: Socket): void {
    if (this.#weather.kind === 'cut') {
      this.hits++;
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    for (const [from, to] of [[client, server], [server, client]] as const) {
      this.#sockets.add(from);
      from.pipe(this.#passage()).pipe(to);
      from.on('error', () => to.destroy());
      from.once('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }

  #passage(): Transform {
    const wait = async () => {
      if (this.#weather.kind !== 'clear') this.hits++;
      if (this.#weather.kind === 'slow') await sleep(this.#weather.delay);
      await this.#cleared;
    };
    return new Transform({ transform: (chunk: Buffer, _, done) => void wait().then(() => done(null, chunk)) });
  }
}
