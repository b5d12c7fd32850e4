import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RedisServer } from '../datastore/redis-server';
import { freePort } from '../storage/free-port';
import { makeCertificates } from './certificates';
import type { Certificates } from './certificates';
import type { CloudAssembly } from './cloud-assembly';
import type { Intrinsics } from './intrinsics';
import { SignInProxy } from './sign-in-proxy';
import type { CheckPassword } from './sign-in-proxy';

interface UserProperties {
  readonly UserName: string;
  readonly AccessString: string;
  readonly AuthenticationMode?: { readonly Type: string };
}

/**
 * The datastore of an app: a real Redis that has the template's users with the template's rights, over TLS, under the host
 * name that the app is told.
 */
export class LocalDatastore {
  private constructor(
    private readonly folder: string,
    private readonly redis: RedisServer,
    readonly certificates: Certificates,
    readonly proxy: SignInProxy,
  ) {}

  static async start(hostName: string, address: string, assembly: CloudAssembly, intrinsics: Intrinsics, check: CheckPassword): Promise<LocalDatastore> {
    const folder = await mkdtemp(path.join(tmpdir(), 'frocket-datastore-'));
    const certificates = makeCertificates(folder, hostName, address);
    const tlsPort = await freePort();
    const users = assembly
      .resourcesOf('AWS::ElastiCache::User')
      .map(({ stack, resource }) => intrinsics.resolve(stack, resource.Properties) as UserProperties)
      .flatMap(({ UserName, AccessString, AuthenticationMode }) => ['--user', UserName, ...(AuthenticationMode?.Type === 'iam' ? ['nopass'] : []), ...AccessString.split(' ')]);
    const redis = await RedisServer.start(
      ...['--tls-port', String(tlsPort), '--tls-cert-file', certificates.certificate, '--tls-key-file', certificates.key],
      ...['--tls-ca-cert-file', certificates.authority, '--tls-auth-clients', 'no', ...users],
    );
    const proxy = await SignInProxy.start(address, tlsPort, certificates, check);
    return new LocalDatastore(folder, redis, certificates, proxy);
  }

  async stop(): Promise<void> {
    this.proxy.close();
    await this.redis.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
