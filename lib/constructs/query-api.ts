import { Duration, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat, ApiKeySourceType, AuthorizationType, EndpointType, LambdaIntegration, LogGroupLogDestination, MethodLoggingLevel, Period, RequestValidator,
  ResponseTransferMode, RestApi, SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import type { DomainNameOptions, IRestApi, Model } from 'aws-cdk-lib/aws-apigateway';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { IInterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, AnyPrincipal, ManagedPolicy, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { ApiGateway } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Settings } from '../config';
import { apiRoutes, bodySchemas } from './api-routes';
import { removalPolicy } from './retention';

export interface QueryApiProps {
  readonly settings: Settings;
  readonly invoker: IFunction;
  /** Time that the invoker may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Where a private API is reached; a public one has none. */
  readonly endpoint: IInterfaceVpcEndpoint | undefined;
}

/** The routes of the invoker on a REST API, the one kind of API that streams a function's response. */
export class QueryApi extends Construct {
  readonly api: RestApi & IRestApi;
  /** Lets whoever has it call the API; principals have no right to by themselves. Where keys are asked for, there is none. */
  readonly callerPolicy: ManagedPolicy | undefined;

  constructor(scope: Construct, id: string, private readonly props: QueryApiProps) {
    super(scope, id);
    const { settings } = props;
    const zone = settings.api.domain && HostedZone.fromHostedZoneAttributes(this, 'Zone', {
      hostedZoneId: settings.api.domain.hostedZoneId,
      zoneName: settings.api.domain.hostedZoneName,
    });
    this.api = this.restApi(zone);
    this.addRoutes();
    if (zone && settings.api.domain) {
      new ARecord(this, 'Record', { zone, recordName: `${settings.api.domain.name}.`, target: RecordTarget.fromAlias(new ApiGateway(this.api)) });
    }
    if (settings.api.authorization === 'apiKey') {
      this.addKeys();
    } else {
      this.callerPolicy = new ManagedPolicy(this, 'CallerPolicy', {
        description: `May call the API of Funnel Rocket, ${settings.environment}`,
        statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [this.api.arnForExecuteApi('*', '/*', this.api.deploymentStage.stageName)] })],
      });
    }
    this.acknowledge();
  }

  private restApi(zone: IHostedZone | undefined): RestApi & IRestApi {
    const { settings, endpoint } = this.props;
    const { api, observability } = settings;
    const accessLogs = new LogGroup(this, 'AccessLogs', { retention: observability.logRetentionDays, removalPolicy: removalPolicy(settings) });
    const restApi = new RestApi(this, 'Api', {
      restApiName: settings.prefix,
      description: `Funnel Rocket, ${settings.environment}`,
      ...(endpoint
        ? { endpointConfiguration: { types: [EndpointType.PRIVATE], vpcEndpoints: [endpoint] }, policy: fromEndpointOnly(api.authorization, endpoint) }
        : { endpointConfiguration: { types: [EndpointType.REGIONAL] } }),
      ...(zone && api.domain ? { domainName: this.domain(api.domain.name, zone), disableExecuteApiEndpoint: true } : {}),
      apiKeySourceType: ApiKeySourceType.HEADER,
      cloudWatchRole: api.accountLogRole,
      ...(api.accountLogRole ? { cloudWatchRoleRemovalPolicy: removalPolicy(settings) } : {}),
      deployOptions: {
        stageName: 'v1',
        throttlingRateLimit: api.requestsPerSecond,
        throttlingBurstLimit: api.burst,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: observability.tracing,
      },
    });
    // RestApi declares its optional properties otherwise than IRestApi does, which exactOptionalPropertyTypes minds.
    return restApi as RestApi & IRestApi;
  }

  private domain(name: string, zone: IHostedZone): DomainNameOptions {
    return {
      domainName: name,
      certificate: new Certificate(this, 'Certificate', { domainName: name, validation: CertificateValidation.fromDns(zone) }),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    };
  }

  private addRoutes(): void {
    const withKey = this.props.settings.api.authorization === 'apiKey';
    const integration = new LambdaIntegration(this.props.invoker, {
      responseTransferMode: ResponseTransferMode.STREAM,
      timeout: Duration.seconds(this.props.timeoutSeconds),
      // One permission for the API rather than one per route: a function's policy holds only so many.
      scopePermissionToMethod: false,
    });
    const validator = new RequestValidator(this, 'Validator', { restApi: this.api, validateRequestBody: true, validateRequestParameters: true });
    const models = new Map<string, Model>(
      Object.entries(bodySchemas).map(([name, schema]) => [name, this.api.addModel(name, { modelName: name, contentType: 'application/json', schema })]),
    );
    for (const { method, path, body } of apiRoutes) {
      const model = body && models.get(body);
      this.api.root.resourceForPath(path).addMethod(method, integration, {
        authorizationType: withKey ? AuthorizationType.NONE : AuthorizationType.IAM,
        apiKeyRequired: withKey,
        requestValidator: validator,
        ...(model ? { requestModels: { 'application/json': model } } : {}),
      });
    }
  }

  private addKeys(): void {
    const { api, prefix } = this.props.settings;
    for (const name of api.keys) {
      const plan = this.api.addUsagePlan(`Plan-${name}`, {
        name: `${prefix}-${name}`,
        apiStages: [{ api: this.api, stage: this.api.deploymentStage }],
        throttle: { rateLimit: api.requestsPerSecond, burstLimit: api.burst },
        quota: { limit: api.requestsPerMonth, period: Period.MONTH },
      });
      // API Gateway makes up the key's value, which no template holds.
      plan.addApiKey(this.api.addApiKey(`Key-${name}`, { apiKeyName: `${prefix}-${name}` }));
    }
  }

  private acknowledge(): void {
    const { api } = this.props.settings;
    Validations.of(this.api).acknowledge(
      { id: 'AwsSolutions-COG4', reason: 'Callers are AWS principals or hold keys; there is no user pool.' },
      { id: 'AwsSolutions-APIG3', reason: 'Requests without a signature or key never reach the invoker; a firewall ($5 a month and more) is for the account to attach.' },
      { id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]', reason: 'AWS\'s own policy for API Gateway\'s account-wide log role; the service prescribes it.' },
    );
    if (api.authorization === 'apiKey') {
      Validations.of(this.api).acknowledge({ id: 'AwsSolutions-APIG4', reason: 'The environment asks for API keys instead of IAM (api.authorization: apiKey); every method requires one.' });
    }
  }
}

/**
 * Requests through the VPC endpoint only. With IAM, the account as principal leaves it to identity policies who may call;
 * anyone as principal would let every signed request in.
 */
function fromEndpointOnly(authorization: Settings['api']['authorization'], endpoint: IInterfaceVpcEndpoint): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        principals: [authorization === 'iam' ? new AccountRootPrincipal() : new AnyPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
        conditions: { StringEquals: { 'aws:SourceVpce': endpoint.vpcEndpointId } },
      }),
    ],
  });
}
