import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FunctionDefinition } from './function-definition';

const repository = path.resolve(__dirname, '../..');

/** How to start a function's runtime. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Removes what was made for it, once the process has ended. */
  remove(): void;
}

/** What functions find beyond their own files. */
export interface Surroundings {
  /** Addresses by host name, as in `/etc/hosts`. */
  readonly hosts: Readonly<Record<string, string>>;
  /** PEM file of authorities to trust beside the world's; null for none. */
  readonly certificates: string | null;
}

/** Node.js's own, as Lambda sets them; the experimental ones are off there. */
const nodeOptions = (memoryMegabytes: number) => [
  '--no-experimental-require-module',
  '--no-experimental-detect-module',
  `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`,
];

/**
 * What Lambda's Node.js runtime is made of, and how functions are put into it: in a file system of their own where this
 * machine lets mount namespaces be made, and else from copies in a folder.
 */
export class Sandbox {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'frocket-lambda-'));
  readonly #runtime = path.join(this.#folder, 'runtime');
  readonly #layers = new Map<string, string>();
  readonly #node: string;
  /** Whether functions see nothing but what Lambda would show them. */
  readonly isIsolated = canMount();

  constructor() {
    const installed = installedRuntime();
    if (installed === null) {
      throw new Error('Lambda\'s runtime is not installed: run `node scripts/install-lambda-runtime.mjs`.');
    }
    const binary = nodeOf(installed);
    this.#node = runs(binary) ? binary : process.execPath;
    if (this.#node !== binary) {
      warn(`${binary} does not run here: functions run on ${process.version} instead of Lambda's Node.js 24.`);
    }
    if (!this.isIsolated) {
      warn('no mount namespaces here (unshare -m): functions run from copies, and may see files that Lambda would not show them.');
    }
    mkdirSync(path.join(this.#runtime, 'rapid-client.node'), { recursive: true });
    cpSync(path.join(installed, 'node_modules/aws-lambda-ric/index.mjs'), path.join(this.#runtime, 'index.mjs'));
    cpSync(path.join(__dirname, 'lambda-runtime/rapid-client.cjs'), path.join(this.#runtime, 'rapid-client.node', 'index.js'));
  }

  /** Node.js's version in the sandbox, as `v24.1.0`. */
  get nodeVersion(): string {
    return execFileSync(this.#node, ['--version'], { encoding: 'utf8' }).trim();
  }

  launch(definition: FunctionDefinition, runtimeApi: string, { hosts, certificates }: Surroundings): Launch {
    const root = mkdtempSync(path.join(this.#folder, 'root-'));
    const layers = this.#merged(definition.layers);
    const options = nodeOptions(definition.memoryMegabytes);
    const remove = () => [root, `${root}.hosts`].forEach((file) => rmSync(file, { recursive: true, force: true }));
    if (!this.isIsolated) {
      return this.#fromCopies(root, layers, options, definition, runtimeApi, certificates, remove);
    }
    // One for each environment: another may be reading its own at this moment.
    const hostsFile = `${root}.hosts`;
    writeFileSync(hostsFile, Object.entries({ localhost: '127.0.0.1', ...hosts }).map(([name, address]) => `${address} ${name}\n`).join(''));
    const isRoot = process.getuid?.() === 0;
    const places = [root, definition.code, layers, this.#runtime, this.#node, path.join(repository, 'node_modules'), String(definition.storageMegabytes), hostsFile, certificates ?? ''];
    return {
      command: 'unshare',
      args: [
        ...mountNamespace(), '/bin/sh', path.join(__dirname, 'sandbox.sh'), ...places,
        // In a user namespace there is nobody else to become.
        isRoot ? '65534:65534' : '0:0', ...options,
      ],
      cwd: '/',
      environment: {
        ...runtimeVariables(definition, runtimeApi, { task: '/var/task', runtime: '/var/runtime', layers: '/opt' }),
        ...(certificates === null ? {} : { NODE_EXTRA_CA_CERTS: '/etc/harness-certificates.pem' }),
      },
      remove,
    };
  }

  /** Removes all that it made. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #fromCopies(root: string, layers: string, options: readonly string[], definition: FunctionDefinition, runtimeApi: string, certificates: string | null, remove: () => void): Launch {
    const task = path.join(root, 'task');
    const runtime = path.join(root, 'runtime');
    cpSync(definition.code, task, { recursive: true });
    cpSync(this.#runtime, runtime, { recursive: true });
    const sdk = path.join(root, 'sdk');
    mkdirSync(sdk);
    ['@aws-sdk', '@smithy'].forEach((name) => symlinkSync(path.join(repository, 'node_modules', name), path.join(sdk, name)));
    return {
      command: this.#node,
      args: [...options, path.join(runtime, 'index.mjs')],
      cwd: task,
      environment: {
        ...runtimeVariables(definition, runtimeApi, { task, runtime, layers }),
        NODE_PATH: [...layerPaths(layers), sdk].join(':'),
        ...(certificates === null ? {} : { NODE_EXTRA_CA_CERTS: certificates }),
      },
      remove,
    };
  }

  /** Layers lie over each other in one folder, the later ones on top. */
  #merged(layers: readonly string[]): string {
    const key = layers.join('\n');
    let folder = this.#layers.get(key);
    if (folder === undefined) {
      if (layers.length === 1) {
        folder = layers[0];
      } else {
        folder = mkdtempSync(path.join(this.#folder, 'opt-'));
        for (const layer of layers) {
          cpSync(layer, folder, { recursive: true });
        }
      }
      this.#layers.set(key, folder);
    }
    return folder;
  }
}

/** Whether the parts of Lambda's runtime are there; `scripts/install-lambda-runtime.mjs` installs them. */
export function isRuntimeInstalled(): boolean {
  return process.platform === 'linux' && installedRuntime() !== null;
}

/** Native addons in a folder, which Lambda's architecture must match. */
export function nativeAddons(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.node') && statSync(path.join(folder, name)).isFile());
}

/** Lambda's Node.js, where it is installed and runs. */
export function nodeOfLambda(): string | null {
  const installed = installedRuntime();
  return installed !== null && runs(nodeOf(installed)) ? nodeOf(installed) : null;
}

function nodeOf(installed: string): string {
  return path.join(installed, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
}

function installedRuntime(): string | null {
  const folder = execFileSync(process.execPath, [path.join(repository, 'scripts/install-lambda-runtime.mjs'), '--where'], { encoding: 'utf8' });
  return folder === '' ? null : folder;
}

function layerPaths(layers: string): string[] {
  return [`${layers}/nodejs/node24/node_modules`, `${layers}/nodejs/node_modules`];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function runtimeVariables(definition: FunctionDefinition, runtimeApi: string, folders: { readonly task: string; readonly runtime: string; readonly layers: string }): Record<string, string> {
  return {
    _HANDLER: definition.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]00000000000000000000000000000000',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: folders.task,
    LAMBDA_RUNTIME_DIR: folders.runtime,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin',
    NODE_PATH: [...layerPaths(folders.layers), `${folders.runtime}/node_modules`, folders.runtime, folders.task].join(':'),
  };
}

function mountNamespace(): string[] {
  return [...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount', '--propagation', 'private'];
}

/** Whether this machine lets mount namespaces be made. */
export function canMount(): boolean {
  const { status } = spawnSync('unshare', [...mountNamespace(), '/bin/sh', '-c', 'mount -t tmpfs probe /mnt && mount --bind /usr /mnt'], { stdio: 'ignore' });
  return status === 0;
}

function runs(binary: string): boolean {
  return existsSync(binary) && readFileSync(binary).length > 0 && spawnSync(binary, ['--version'], { stdio: 'ignore' }).status === 0;
}

function warn(text: string): void {
  process.stderr.write(`WARNING (Lambda harness): ${text}\n`);
}
