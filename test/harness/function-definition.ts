import type { CloudAssembly, Place } from './cloud-assembly';
import { account, region } from './intrinsics';
import type { Intrinsics } from './intrinsics';

/** A function as its template states it, with what the template refers to. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly handler: string;
  /** As `nodejs24.x`. */
  readonly runtime: string;
  readonly architecture: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Size of `/tmp`. */
  readonly storageMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders, on this machine, of code and layers. */
  readonly code: string;
  readonly layers: readonly string[];
  readonly reservedConcurrency: number | null;
  readonly asynchronous: AsynchronousSettings;
}

export interface AsynchronousSettings {
  readonly retries: number;
  readonly maximumAgeSeconds: number;
  /** ARN of what is told of events that could not be run; null for nobody. */
  readonly onFailure: string | null;
}

/** Lambda's, where the template says nothing. */
export const lambdaDefaults = {
  timeoutSeconds: 3,
  memoryMegabytes: 128,
  storageMegabytes: 512,
  architecture: 'x86_64',
  asynchronous: { retries: 2, maximumAgeSeconds: 6 * 60 * 60, onFailure: null },
} as const;

interface FunctionProperties {
  readonly Handler: string;
  readonly Runtime: string;
  readonly Architectures?: readonly string[];
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly EphemeralStorage?: { readonly Size: number };
  readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
  readonly Code: { readonly S3Key: string };
  readonly Layers?: readonly unknown[];
  readonly ReservedConcurrentExecutions?: number;
  readonly DeadLetterConfig?: { readonly TargetArn: string };
}

interface EventInvokeProperties {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
}

/** The function at a place of the app. */
export function functionAt(place: Place, assembly: CloudAssembly, intrinsics: Intrinsics): FunctionDefinition {
  const { Properties: stated } = assembly.resource(place);
  const properties = intrinsics.resolve(place.stack, { ...stated, Layers: undefined }) as FunctionProperties;
  const name = intrinsics.physicalName(place, null);
  return {
    name,
    arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
    handler: properties.Handler,
    runtime: properties.Runtime,
    architecture: properties.Architectures?.[0] ?? lambdaDefaults.architecture,
    timeoutSeconds: properties.Timeout ?? lambdaDefaults.timeoutSeconds,
    memoryMegabytes: properties.MemorySize ?? lambdaDefaults.memoryMegabytes,
    storageMegabytes: properties.EphemeralStorage?.Size ?? lambdaDefaults.storageMegabytes,
    environment: properties.Environment?.Variables ?? {},
    code: assembly.asset(properties.Code.S3Key),
    layers: ((stated as { Layers?: readonly { readonly Ref: string }[] }).Layers ?? []).map(({ Ref: logicalId }) => layerAt({ stack: place.stack, logicalId }, assembly)),
    reservedConcurrency: properties.ReservedConcurrentExecutions ?? null,
    asynchronous: asynchronousSettings(name, properties.DeadLetterConfig?.TargetArn ?? null, assembly, intrinsics),
  };
}

function layerAt(place: Place, assembly: CloudAssembly): string {
  const { Content } = assembly.resource(place).Properties as { readonly Content: { readonly S3Key: string } };
  return assembly.asset(Content.S3Key);
}

function asynchronousSettings(functionName: string, deadLetters: string | null, assembly: CloudAssembly, intrinsics: Intrinsics): AsynchronousSettings {
  const stated = assembly
    .resourcesOf('AWS::Lambda::EventInvokeConfig')
    .map(({ stack, resource }) => intrinsics.resolve(stack, resource.Properties) as EventInvokeProperties)
    .find(({ FunctionName }) => FunctionName === functionName);
  const { asynchronous } = lambdaDefaults;
  return {
    retries: stated?.MaximumRetryAttempts ?? asynchronous.retries,
    maximumAgeSeconds: stated?.MaximumEventAgeInSeconds ?? asynchronous.maximumAgeSeconds,
    onFailure: stated?.DestinationConfig?.OnFailure?.Destination ?? deadLetters,
  };
}
