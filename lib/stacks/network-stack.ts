import { ArnFormat, Aws, Validations } from 'aws-cdk-lib';
import {
  FlowLogDestination, GatewayVpcEndpointAwsService, InterfaceVpcEndpoint, InterfaceVpcEndpointAwsService,
  IpAddresses, Peer, Port, SecurityGroup, SubnetType, Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { GatewayVpcEndpoint, IInterfaceVpcEndpoint, ISubnet, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from '../config';
import { datastorePort, serverlessReaderPort } from '../constructs/datastore';
import { removalPolicy } from '../constructs/retention';
import { HouseStack } from './house-stack';

const httpsPort = 443;

/**
 * Where functions and datastore stand: isolated subnets, without a way to or from the Internet. What they call goes through
 * endpoints: S3 (free), and Lambda for the invoker, or what containers need to start. Nothing else is called: sign-in tokens for ElastiCache are made
 * locally, and Lambda itself ships logs, metrics and traces.
 */
export class NetworkStack extends HouseStack {
  readonly vpc: IVpc;
  readonly subnets: ISubnet[];
  readonly subnetSelection: SubnetSelection;
  readonly workerGroup: SecurityGroup;
  readonly invokerGroup: SecurityGroup;
  readonly datastoreGroup: SecurityGroup;
  /** Of the queue workers, where there are any. */
  readonly queueWorkerGroup: SecurityGroup | undefined;
  /** Where a private API is reached. */
  readonly apiEndpoint: IInterfaceVpcEndpoint | undefined;

  constructor(scope: Construct, settings: Settings) {
    super(scope, 'network', settings, { description: 'VPC, endpoints and security groups' });
    const { network } = settings;
    this.vpc = network.kind === 'new' ? this.newVpc(settings, network) : this.existingVpc(network);
    this.subnets = this.vpc.isolatedSubnets;
    this.subnetSelection = { subnets: this.subnets };
    if (network.kind === 'new' || network.subnets.every((subnet) => subnet.routeTableId !== undefined)) {
      this.addS3Endpoint(settings.queueWorkers !== undefined);
    }
    this.workerGroup = this.group('Worker', 'Workers');
    this.invokerGroup = this.group('Invoker', 'Invoker');
    this.datastoreGroup = this.group('Datastore', 'Datastore: open to workers and invoker only');
    this.queueWorkerGroup = settings.queueWorkers ? this.group('QueueWorker', 'Queue workers') : undefined;
    this.openDatastore(settings.datastore.kind === 'serverless' ? [datastorePort, serverlessReaderPort] : [datastorePort]);
    for (const group of this.clients) {
      // S3's addresses change; isolated subnets lead nowhere but to the endpoints.
      group.addEgressRule(Peer.anyIpv4(), Port.tcp(httpsPort), 'S3 and Lambda, through the endpoints');
    }
    if (!this.queueWorkerGroup && (network.kind === 'new' || network.lambdaEndpoint)) {
      this.addLambdaEndpoint(settings.endpointZones);
    }
    if (this.queueWorkerGroup && (network.kind === 'new' || network.containerEndpoints)) {
      this.addContainerEndpoints(settings.endpointZones, this.queueWorkerGroup);
    }
    this.apiEndpoint = settings.api.private ? this.addApiEndpoint(settings.endpointZones, network) : undefined;
  }

  /** Who reaches the datastore, and what workers and invoker call. */
  private get clients(): SecurityGroup[] {
    return [this.workerGroup, this.invokerGroup, ...(this.queueWorkerGroup ? [this.queueWorkerGroup] : [])];
  }

  private newVpc(settings: Settings, { cidr, zones, flowLogs }: Extract<Settings['network'], { kind: 'new' }>): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: zones,
      natGateways: 0,
      createInternetGateway: false,
      // Nobody uses the default group. Emptying it takes a custom resource with more rights than all of the rest.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    if (flowLogs) {
      const logGroup = new LogGroup(this, 'FlowLogs', {
        retention: settings.observability.logRetentionDays,
        removalPolicy: removalPolicy(settings),
      });
      vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });
    } else {
      Validations.of(vpc).acknowledge({ id: 'AwsSolutions-VPC7', reason: 'The environment asks for no flow logs (network.flowLogs), which cost by the GB; nothing leads in or out of the VPC.' });
    }
    // Vpc declares its optional properties otherwise than IVpc does, which exactOptionalPropertyTypes minds.
    return vpc as IVpc;
  }

  private existingVpc({ vpcId, cidr, subnets }: Extract<Settings['network'], { kind: 'existing' }>): IVpc {
    const routeTables = subnets.flatMap((subnet) => subnet.routeTableId ?? []);
    return Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId,
      vpcCidrBlock: cidr,
      availabilityZones: subnets.map((subnet) => subnet.availabilityZone),
      isolatedSubnetIds: subnets.map((subnet) => subnet.id),
      ...(routeTables.length > 0 ? { isolatedSubnetRouteTableIds: routeTables } : {}),
    });
  }

  private addS3Endpoint(hasContainers: boolean): void {
    const endpoint: GatewayVpcEndpoint = this.vpc.addGatewayEndpoint('S3', {
      service: GatewayVpcEndpointAwsService.S3,
      subnets: [{ subnets: this.subnets }],
    });
    // Which buckets is for the roles to say; here, that nobody else's credentials carry data out of the VPC.
    endpoint.addToPolicy(ownPrincipals(['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject'], ['*']));
    if (hasContainers) {
      // ECR hands out the layers of images by presigned requests of its own, from this bucket.
      endpoint.addToPolicy(new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject'],
        resources: [`arn:${Aws.PARTITION}:s3:::prod-${Aws.REGION}-starport-layer-bucket/*`],
      }));
    }
  }

  private addLambdaEndpoint(zones: number): void {
    const group = this.group('LambdaEndpoint', 'Endpoint of Lambda: open to the invoker only');
    group.addIngressRule(this.invokerGroup, Port.tcp(httpsPort), 'Invoker launches tasks');
    const endpoint = new InterfaceVpcEndpoint(this, 'LambdaEndpoint', {
      vpc: this.vpc,
      service: InterfaceVpcEndpointAwsService.LAMBDA,
      subnets: { subnets: this.subnets.slice(0, zones) },
      securityGroups: [group],
      open: false,
      privateDnsEnabled: true,
    });
    endpoint.addToPolicy(ownPrincipals(['lambda:InvokeFunction'], [this.formatArn({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME })]));
  }

  /** What Fargate calls from a task's own network: for the image's parts, and to write its log. */
  private addContainerEndpoints(zones: number, workers: SecurityGroup): void {
    const group = this.group('ContainerEndpoints', 'Endpoints of images and logs: open to queue workers only');
    group.addIngressRule(workers, Port.tcp(httpsPort), 'Queue workers start and log');
    const pull = ['ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'];
    const services = [
      ['EcrApi', InterfaceVpcEndpointAwsService.ECR, pull],
      ['EcrDocker', InterfaceVpcEndpointAwsService.ECR_DOCKER, pull],
      ['Logs', InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS, ['logs:CreateLogStream', 'logs:PutLogEvents']],
    ] as const;
    for (const [id, service, actions] of services) {
      const endpoint = new InterfaceVpcEndpoint(this, id, {
        vpc: this.vpc,
        service,
        subnets: { subnets: this.subnets.slice(0, zones) },
        securityGroups: [group],
        open: false,
        privateDnsEnabled: true,
      });
      endpoint.addToPolicy(ownPrincipals([...actions], ['*']));
    }
  }

  private addApiEndpoint(zones: number, network: Settings['network']): IInterfaceVpcEndpoint {
    const group = this.group('ApiEndpoint', 'Endpoint of the private API: open to the VPC only');
    group.addIngressRule(Peer.ipv4(network.cidr), Port.tcp(httpsPort), 'Clients in the VPC');
    return new InterfaceVpcEndpoint(this, 'ApiEndpoint', {
      vpc: this.vpc,
      service: InterfaceVpcEndpointAwsService.APIGATEWAY,
      subnets: { subnets: this.subnets.slice(0, zones) },
      securityGroups: [group],
      open: false,
      // In a VPC that others use it would turn their calls of every other API in here as well.
      privateDnsEnabled: network.kind === 'new',
    });
  }

  private group(id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, `${id}Group`, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  private openDatastore(ports: readonly number[]): void {
    for (const port of ports) {
      for (const client of this.clients) {
        this.datastoreGroup.addIngressRule(client, Port.tcp(port), 'Functions of this product');
        client.addEgressRule(this.datastoreGroup, Port.tcp(port), 'Datastore');
      }
    }
  }
}

/** Of whoever calls through an endpoint, only principals of this account. */
function ownPrincipals(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions,
    resources,
    conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
  });
}
