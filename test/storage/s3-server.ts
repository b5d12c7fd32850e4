import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cephConfiguration } from './ceph-configuration';
import { ChildProgram } from './child-program';
import { freePort } from './free-port';

/** A running S3 server with one user. */
export interface S3Server {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Ends the server's processes and removes its data. */
  stop(): Promise<void>;
}

/** Milliseconds in which the gateway must answer. */
const START_TIMEOUT = 60_000;

const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph-authtool', 'monmaptool', 'ceph'];

/** Whether the server is there; `scripts/install-ceph.mjs` installs it. */
export function isS3ServerInstalled(): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return programs.every((program) => folders.some((folder) => existsSync(path.join(folder, program))));
}

/**
 * Starts the Ceph Object Gateway on free ports of the loopback interface, with its data in memory; takes some seconds.
 * It checks signatures and conditions as S3 does; it has none of AWS's newer checksums.
 */
export async function startS3Server(): Promise<S3Server> {
  const ceph = new Ceph(await mkdtemp(path.join(tmpdir(), 'frocket-s3-')));
  try {
    return await ceph.start();
  } catch (error) {
    await ceph.stop();
    throw error;
  }
}

const execute = promisify(execFile);

class Ceph {
  /** In the order of their start; a later one needs the earlier ones. */
  readonly #daemons: ChildProgram[] = [];

  constructor(private readonly folder: string) {}

  async start(): Promise<S3Server> {
    const place = { folder: this.folder, clusterId: randomUUID(), monitorPort: await freePort(), gatewayPort: await freePort() };
    const credentials = { accessKeyId: 'FROCKETTESTS', secretAccessKey: randomUUID() };
    await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(path.join(this.folder, name))));
    await writeFile(path.join(this.folder, 'ceph.conf'), cephConfiguration(place));
    await this.#startMonitor(place.clusterId, place.monitorPort);
    await this.#startStore();
    await this.#run('radosgw-admin', 'user', 'create', '--uid=tests', '--display-name=tests', `--access-key=${credentials.accessKeyId}`, `--secret=${credentials.secretAccessKey}`);
    const endpoint = `http://127.0.0.1:${place.gatewayPort}`;
    await this.#startDaemon('radosgw', '-n', 'client.rgw').untilReady(() => answers(endpoint), START_TIMEOUT);
    return { endpoint, credentials, stop: () => this.stop() };
  }

  async stop(): Promise<void> {
    for (const daemon of [...this.#daemons].reverse()) {
      await daemon.stop('SIGKILL');
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  async #startMonitor(clusterId: string, port: number): Promise<void> {
    const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
    await this.#run('ceph-authtool', '--create-keyring', 'keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
    await this.#run('ceph-authtool', 'keyring', '--gen-key', '-n', 'client.admin', ...all);
    await this.#run('ceph-authtool', 'keyring', '--gen-key', '-n', 'client.rgw', '--cap', 'mon', 'allow rwx', '--cap', 'osd', 'allow rwx');
    await this.#run('monmaptool', '--create', '--fsid', clusterId, '--addv', 'a', `[v2:127.0.0.1:${port}]`, 'monmap');
    await this.#run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring');
    this.#startDaemon('ceph-mon', '-i', 'a');
  }

  /** Commands to the monitor wait until it answers. */
  async #startStore(): Promise<void> {
    const id = randomUUID();
    const { stdout: key } = await this.#run('ceph-authtool', '--gen-print-key');
    await writeFile(path.join(this.folder, 'osd.json'), JSON.stringify({ cephx_secret: key.trim() }));
    await this.#run('ceph-authtool', '--create-keyring', 'osd/keyring', '-n', 'osd.0', '--add-key', key.trim(), '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *');
    await this.#run('ceph', 'osd', 'new', id, '-i', 'osd.json');
    await this.#run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', id);
    await this.#run('ceph', 'osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=localhost');
    this.#startDaemon('ceph-osd', '-i', '0');
  }

  #startDaemon(command: string, ...args: string[]): ChildProgram {
    const daemon = new ChildProgram(command, ['-f', ...args], this.#surroundings());
    this.#daemons.push(daemon);
    return daemon;
  }

  #run(command: string, ...args: string[]): Promise<{ stdout: string }> {
    return execute(command, args, { ...this.#surroundings(), timeout: START_TIMEOUT });
  }

  #surroundings() {
    return { cwd: this.folder, env: { ...process.env, CEPH_CONF: path.join(this.folder, 'ceph.conf') } };
  }
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    return false;
  }
}
