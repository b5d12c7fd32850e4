import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What AWS answers to one call. */
export interface AwsAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers by call: an action such as `DescribeStacks frocket-default-worker`, or method and path of services that go by them. */
export type AwsAnswers = Map<string, AwsAnswer>;

/**
 * Answers the few calls of AWS's that `frocket doctor` makes, in their wire formats: CloudFormation, ElastiCache and STS take
 * forms and answer in XML, Lambda answers in JSON, S3 in XML by path. It judges no signature.
 */
export interface AwsStandIn {
  /** To be changed by tests. */
  readonly answers: AwsAnswers;
  readonly url: string;
  stop(): void;
}

export async function startAws(): Promise<AwsStandIn> {
  const answers: AwsAnswers = new Map();
  const server = createServer((request, response) => void answer(request, response, answers)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    answers,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, answers: AwsAnswers): Promise<void> {
  const { method = '', url = '' } = request;
  const form = new URLSearchParams(await text(request));
  const about = ['StackName', 'ReplicationGroupId', 'ServerlessCacheName'].map((key) => form.get(key)).filter((value) => value !== null);
  const call = form.has('Action') ? [form.get('Action'), ...about].join(' ') : `${method} ${url}`;
  const known = answers.get(call) ?? { status: 501, body: `<Error><Code>NotPlayed</Code><Message>${call}</Message></Error>` };
  response.writeHead(known.status, { 'content-type': known.body.startsWith('{') ? 'application/json' : 'text/xml' }).end(known.body);
}

/** An element for each entry; arrays become lists of `member`, or of what ElastiCache calls them. */
export function xml(content: Readonly<Record<string, unknown>>): string {
  return Object.entries(content)
    .map(([name, value]) => {
      if (Array.isArray(value)) {
        return `<${name}>${value.map((item: unknown) => `<${memberNames[name] ?? 'member'}>${inner(item)}</${memberNames[name] ?? 'member'}>`).join('')}</${name}>`;
      }
      return `<${name}>${inner(value)}</${name}>`;
    })
    .join('');
}

const memberNames: Readonly<Record<string, string>> = { ReplicationGroups: 'ReplicationGroup', MemberClusters: 'ClusterId', NodeGroups: 'NodeGroup' };

function inner(value: unknown): string {
  return typeof value === 'object' && value !== null ? xml(value as Record<string, unknown>) : String(value);
}

/** The answer of a service that takes forms. */
export function formAnswer(action: string, result: Readonly<Record<string, unknown>>): AwsAnswer {
  return { status: 200, body: `<${action}Response>${xml({ [`${action}Result`]: result, ResponseMetadata: { RequestId: 'r-1' } })}</${action}Response>` };
}

/** A refusal of a service that takes forms. */
export function formRefusal(code: string, message: string, status = 400): AwsAnswer {
  return { status, body: `<ErrorResponse>${xml({ Error: { Type: 'Sender', Code: code, Message: message }, RequestId: 'r-1' })}</ErrorResponse>` };
}

/** A refusal of S3's. */
export function s3Refusal(code: string, status: number): AwsAnswer {
  return { status, body: `<Error><Code>${code}</Code><Message>${code}, says S3</Message></Error>` };
}

/** A refusal of Lambda's. */
export function lambdaRefusal(code: string, status: number): AwsAnswer {
  return { status, body: JSON.stringify({ __type: code, Message: `${code}, says Lambda` }) };
}
