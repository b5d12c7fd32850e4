import path from 'node:path';
import { Duration, Size, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from '../config';
import { packagesInLayer } from './dependency-layer';
import { environmentVariables } from './environment-variables';
import { metricsNamespace, serviceName } from './product-metrics';
import { repository } from './repository';
import { removalPolicy } from './retention';

/** The architecture of every function; a GB-second costs a fifth less than on x86. */
export const architecture = Architecture.ARM_64;

export interface HouseFunctionProps {
  readonly settings: Settings;
  readonly name: 'worker' | 'invoker';
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** @default 512 MB, which are free */
  readonly ephemeralStorageMegabytes?: number;
  /** @default no bound but the account's */
  readonly reservedConcurrency?: number | undefined;
  readonly environment: Record<string, string>;
  readonly layer: ILayerVersion;
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

/**
 * A function as this house runs them: Node.js on arm64 in isolated subnets, bundled locally, with its packages from the
 * layer, its own log group, and a role that may write those logs and stand in the VPC, nothing else.
 *
 * CommonJS, since Node.js looks for packages in a layer (NODE_PATH) for `require` only.
 */
export class HouseFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    const { settings } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: settings.observability.logRetentionDays,
      removalPolicy: removalPolicy(settings),
    });
    super(scope, id, {
      description: props.description,
      entry: path.join(repository, 'lambda', props.name, 'handler.ts'),
      handler: 'handler',
      // Set here, since an app without cdk.json's flags (as in tests) would take an ancient one.
      runtime: Runtime.NODEJS_24_X,
      architecture,
      memorySize: props.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      ephemeralStorageSize: Size.mebibytes(props.ephemeralStorageMegabytes ?? 512),
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      role: executionRole(scope, `${id}Role`, props.description, logGroup),
      logGroup,
      layers: [props.layer],
      vpc: props.vpc,
      vpcSubnets: props.subnets,
      securityGroups: [props.securityGroup],
      tracing: settings.observability.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      awsSdkConnectionReuse: false,
      environment: {
        ...props.environment,
        [environmentVariables.logLevel]: settings.observability.logLevel,
        NODE_OPTIONS: '--enable-source-maps',
        POWERTOOLS_SERVICE_NAME: serviceName(settings.prefix, props.name),
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        POWERTOOLS_LOG_LEVEL: settings.observability.logLevel.toUpperCase(),
      },
      projectRoot: repository,
      depsLockFilePath: path.join(repository, 'package-lock.json'),
      bundling: {
        format: OutputFormat.CJS,
        target: 'node22',
        mainFields: ['module', 'main'],
        minify: true,
        keepNames: true,
        sourceMap: true,
        sourcesContent: false,
        // A kept `import()` would not find the SDK either, for the same reason as above: it becomes a `require`.
        esbuildArgs: { '--supported:dynamic-import': 'false' },
        // The runtime has the SDK; the layer has the rest. Nobody asks for `zstddec` where Node.js has zstd itself.
        externalModules: ['@aws-sdk/*', 'zstddec', ...packagesInLayer()],
      },
    });
  }
}

const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

function executionRole(scope: Construct, id: string, description: string, logGroup: LogGroup): Role {
  const role = new Role(scope, id, {
    description: `Execution role: ${description}`,
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      logs: new PolicyDocument({
        statements: [new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] })],
      }),
      network: new PolicyDocument({
        statements: [
          new PolicyStatement({ actions: networkInterfaceActions, resources: ['*'] }),
          // Lambda itself manages the interfaces; the function's code, whose calls carry this key, may not.
          new PolicyStatement({
            effect: Effect.DENY,
            actions: networkInterfaceActions,
            resources: ['*'],
            conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
          }),
        ],
      }),
    },
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'Lambda requires these actions on * to place a function in a VPC; a second statement denies them to the function\'s own code. X-Ray has no resources to name.',
  });
  return role;
}
