import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Server } from '../storage/s3-server';
import { ApiGateway, testCaller } from './api-gateway';
import type { Caller } from './api-gateway';
import { apiMethods } from './api-routes';
import type { CloudAssembly, Place } from './cloud-assembly';
import { checkElastiCacheToken } from './elasticache-token';
import { functionAt } from './function-definition';
import type { FunctionDefinition } from './function-definition';
import { account, Intrinsics, region } from './intrinsics';
import { InvokeApi } from './invoke-api';
import { InvokeError, LambdaService } from './lambda-service';
import { LocalDatastore } from './local-datastore';
import { RolePolicies } from './policies';
import { S3Gateway } from './s3-gateway';
import { Sandbox } from './sandbox';
import { loopbackAddress } from './sign-in-proxy';
import type { Credentials } from './signature-v4';

const hostName = 'master.frocket-test.a1b2c3.euw1.cache.amazonaws.com';
const cacheName = 'frocket-test-cache';
const apiKey = `key-${randomUUID()}`;

/** A function, and what of AWS it alone reaches: each has its own role, so each has its own doors. */
interface Resident {
  readonly place: Place;
  readonly definition: FunctionDefinition;
  readonly policies: RolePolicies;
  readonly s3: S3Gateway;
  readonly invokeApi: InvokeApi;
}

/** A synthesized app as if it were deployed: its own bundles and templates, on stand-ins of AWS's services. */
export class LocalCloud {
  readonly #closers: (() => Promise<void> | void)[] = [];
  readonly #residents = new Map<string, Resident>();
  #started: {
    readonly credentials: Credentials;
    readonly s3: S3Client;
    readonly lambda: LambdaService;
    readonly datastore: LocalDatastore;
    readonly gateway: ApiGateway;
  } | null = null;
  readonly apiKey = apiKey;
  readonly caller: Caller = testCaller();

  private constructor(
    private readonly assembly: CloudAssembly,
    private readonly intrinsics: Intrinsics,
  ) {}

  /** @param server for datasets and state, which the local cloud stops in the end */
  static async start(assembly: CloudAssembly, server: Promise<S3Server>): Promise<LocalCloud> {
    const sandbox = new Sandbox();
    const address = loopbackAddress();
    // Functions that share this machine's files know no names but its own.
    const host = sandbox.isIsolated ? hostName : address;
    const intrinsics = new Intrinsics(assembly, (_, type, attribute) => physicalName(type, attribute, host));
    const cloud = new LocalCloud(assembly, intrinsics);
    cloud.#closers.push(() => sandbox.close());
    try {
      await cloud.#start(server, sandbox, address);
      return cloud;
    } catch (error) {
      await cloud.close();
      throw error;
    }
  }

  /** Address of the API, with its stage. */
  get url(): string {
    return this.#parts.gateway.url;
  }

  get lambda(): LambdaService {
    return this.#parts.lambda;
  }

  get datastore(): LocalDatastore {
    return this.#parts.datastore;
  }

  /** A client with all rights to all buckets. */
  get s3(): S3Client {
    return this.#parts.s3;
  }

  /** What the functions' credentials are. */
  get credentials(): Credentials {
    return this.#parts.credentials;
  }

  /** Value of a stack's output. */
  output(name: string): string {
    const found = [...this.assembly.templates].find(([, { Outputs }]) => name in Outputs);
    if (found === undefined) {
      throw new Error(`No stack has the output ${name}.`);
    }
    return this.intrinsics.text(found[0], found[1].Outputs[name].Value);
  }

  /** The function of an output that holds its name. */
  resident(output: string): Resident {
    const resident = this.#residents.get(this.output(output));
    if (resident === undefined) {
      throw new Error(`${output} names no function that runs here.`);
    }
    return resident;
  }

  /** All that functions have logged. */
  logs(): string {
    return [...this.#residents.keys()].map((name) => this.lambda.logs(name)).join('');
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      await close();
    }
  }

  get #parts() {
    if (this.#started === null) {
      throw new Error('The local cloud is not started.');
    }
    return this.#started;
  }

  async #start(started: Promise<S3Server>, sandbox: Sandbox, address: string): Promise<void> {
    const server = await started;
    this.#closers.push(() => server.stop());
    // As of a role: with a session token.
    const credentials = { ...server.credentials, sessionToken: `EMU${randomUUID()}` };
    const s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials: server.credentials, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' });
    this.#closers.push(() => s3.destroy());
    for (const { stack, logicalId } of this.assembly.resourcesOf('AWS::S3::Bucket')) {
      await s3.send(new CreateBucketCommand({ Bucket: this.intrinsics.physicalName({ stack, logicalId }, null) }));
    }
    const datastore = await LocalDatastore.start(hostName, address, this.assembly, this.intrinsics, (user, token) => this.#checkToken(user, token, credentials));
    this.#closers.push(() => datastore.stop());
    const lambda = new LambdaService(sandbox, {
      surroundings: { hosts: { [hostName]: address }, certificates: datastore.certificates.authority },
      variables: ({ name }) => this.#variables(name, credentials),
    });
    this.#closers.push(() => lambda.close());
    await this.#settle(server, lambda, credentials);
    const gateway = await ApiGateway.start({ methods: apiMethods(this.assembly, this.intrinsics), lambda, stage: this.#stage(), caller: this.caller, apiKeys: [apiKey] });
    this.#closers.push(() => gateway.close());
    this.#started = { credentials, s3, lambda, datastore, gateway };
  }

  /** Gives each function of the product its place; those of the CDK's own are none of them. */
  async #settle(server: S3Server, lambda: LambdaService, credentials: Credentials): Promise<void> {
    for (const place of this.assembly.resourcesOf('AWS::Lambda::Function').filter(({ resource }) => resource.Properties.VpcConfig !== undefined)) {
      const definition = functionAt(place, this.assembly, this.intrinsics);
      const policies = new RolePolicies(place, this.assembly, this.intrinsics);
      const s3 = await S3Gateway.start(server.endpoint, (action, resource, context) => policies.allows(action, resource, context));
      this.#closers.push(() => s3.close());
      const authorize = (action: string, resource: string) => {
        if (!policies.allows(action, resource)) {
          throw new InvokeError(403, 'AccessDeniedException', `The role of ${definition.name} may not ${action} ${resource}`);
        }
      };
      const invokeApi = await InvokeApi.start(lambda, { authorize, signedBy: { credentials, region } });
      this.#closers.push(() => invokeApi.close());
      lambda.add(definition);
      this.#residents.set(definition.name, { place, definition, policies, s3, invokeApi });
    }
  }

  #variables(name: string, credentials: Credentials): Record<string, string> {
    const resident = this.#residents.get(name);
    return {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
      AWS_ENDPOINT_URL_S3: resident?.s3.endpoint ?? '',
      AWS_ENDPOINT_URL_LAMBDA: resident?.invokeApi.endpoint ?? '',
    };
  }

  /** As ElastiCache: the token must be right, and the function's role must be allowed to connect as the user. */
  #checkToken(user: string, token: string, credentials: Credentials): void {
    const isServerless = this.assembly.resourcesOf('AWS::ElastiCache::ServerlessCache').length > 0;
    checkElastiCacheToken(token, { user, cacheName, isServerless, credentials });
    const resident = [...this.#residents.values()].find(({ definition }) => definition.environment.FROCKET_DATASTORE_USER === user);
    const arn = (resource: string) => `arn:aws:elasticache:${region}:${account}:${resource}`;
    const resources = [arn(`${isServerless ? 'serverlesscache' : 'replicationgroup'}:${cacheName}`), arn(`user:${user}`)];
    if (resident === undefined || !resources.every((resource) => resident.policies.allows('elasticache:Connect', resource))) {
      throw new Error(`No role may connect to ${cacheName} as ${user}.`);
    }
  }

  #stage(): string {
    const [stage] = this.assembly.resourcesOf('AWS::ApiGateway::Stage');
    return this.intrinsics.text(stage.stack, stage.resource.Properties.StageName);
  }
}

function physicalName(type: string, attribute: string | null, host: string): string | undefined {
  if (type !== 'AWS::ElastiCache::ReplicationGroup' && type !== 'AWS::ElastiCache::ServerlessCache') {
    return undefined;
  }
  if (attribute === null) {
    return cacheName;
  }
  return attribute.endsWith('.Address') ? host : undefined;
}
