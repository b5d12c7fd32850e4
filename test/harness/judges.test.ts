import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { elastiCacheSignIn } from '../../lambda/datastore/elasticache-token';
import { CloudAssembly } from './cloud-assembly';
import { checkElastiCacheToken } from './elasticache-token';
import { Intrinsics } from './intrinsics';
import { RolePolicies } from './policies';
import { readBuffered, readStreamHead } from './proxy-response';
import { firstCommand } from './redis-protocol';

const place = { stack: 'app', logicalId: 'Worker' };

/** Two stacks, the second of which exports to the first. */
function assemblyOf(resources: object, exported: object = {}): CloudAssembly {
  const folder = mkdtempSync(path.join(tmpdir(), 'frocket-assembly-'));
  try {
    writeFileSync(path.join(folder, 'app.template.json'), JSON.stringify({ Resources: resources }));
    writeFileSync(path.join(folder, 'data.template.json'), JSON.stringify({ Resources: { Lake: { Type: 'AWS::S3::Bucket', Properties: {} } }, Outputs: { Lake: { Value: exported, Export: { Name: { 'Fn::Sub': 'data:${AWS::Region}' } } } } }));
    return new CloudAssembly(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('Functions of templates', () => {
  const assembly = assemblyOf({ Worker: { Type: 'AWS::Lambda::Function', Properties: {} } }, { 'Fn::GetAtt': ['Lake', 'Arn'] });
  const intrinsics = new Intrinsics(assembly, (_, type, attribute) => (type === 'AWS::S3::Bucket' && attribute === null ? 'lake' : undefined));

  test.each([
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ Ref: 'Worker' }, 'app-Worker'],
    [{ 'Fn::GetAtt': ['Worker', 'Arn'] }, 'arn:aws:lambda:eu-west-1:111122223333:function:app-Worker'],
    [{ 'Fn::Join': ['', ['s3://', { 'Fn::ImportValue': 'data:eu-west-1' }, '/']] }, 's3://arn:aws:s3:::lake/'],
    [{ 'Fn::Sub': ['${AWS::Partition} ${Worker} ${Worker.Arn} ${given}', { given: { Ref: 'AWS::AccountId' } }] }, 'aws app-Worker arn:aws:lambda:eu-west-1:111122223333:function:app-Worker 111122223333'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b'] }] }, 'b'],
  ])('%j', (value, text) => {
    expect(intrinsics.text('app', value)).toBe(text);
  });

  test.each([[{ 'Fn::ImportValue': 'nothing' }], [{ Ref: 'Nothing' }], [{ 'Fn::Transform': {} }]])('%j is an error', (value) => {
    expect(() => intrinsics.resolve('app', value)).toThrow();
  });
});

describe('A role’s policies', () => {
  const statement = (Effect: string, Action: unknown, Resource: unknown, Condition?: object) => ({ Effect, Action, Resource, Condition });
  const policies = (...statements: object[]) => {
    const assembly = assemblyOf({
      Worker: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: statements.slice(0, 1) } }] } },
      Other: { Type: 'AWS::IAM::Policy', Properties: { Roles: ['somebody'], PolicyDocument: { Statement: [statement('Allow', '*', '*')] } } },
      Default: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: statements.slice(1) } } },
    });
    return new RolePolicies(place, assembly, new Intrinsics(assembly, () => undefined));
  };
  const objects = 'arn:aws:s3:::lake/events/part-1';

  test('allow what a statement covers, and nothing else', () => {
    const role = policies(statement('Allow', 'logs:*', '*'), statement('Allow', ['s3:GetObject'], ['arn:aws:s3:::lake/events/*']));
    expect(role.allows('s3:GetObject', objects)).toBe(true);
    expect(role.allows('logs:PutLogEvents', 'any')).toBe(true);
    expect(role.allows('s3:PutObject', objects)).toBe(false);
    expect(role.allows('s3:GetObject', 'arn:aws:s3:::lake/other/part-1')).toBe(false);
    expect(policies().allows('s3:GetObject', objects)).toBe(false);
  });

  test('keep conditions, and denials win', () => {
    const role = policies(statement('Allow', 's3:*', '*', { StringLike: { 's3:prefix': ['events/*'] } }), statement('Deny', 's3:DeleteObject', '*'));
    expect(role.allows('s3:ListBucket', 'arn:aws:s3:::lake', { 's3:prefix': 'events/2026' })).toBe(true);
    expect(role.allows('s3:ListBucket', 'arn:aws:s3:::lake', { 's3:prefix': 'other' })).toBe(false);
    expect(role.allows('s3:ListBucket', 'arn:aws:s3:::lake')).toBe(false);
    expect(role.allows('s3:DeleteObject', objects, { 's3:prefix': 'events/' })).toBe(false);
  });
});

describe('The password for the datastore', () => {
  const credentials = { accessKeyId: 'EMU', secretAccessKey: 'secret', sessionToken: 'session/+=' };
  const expected = { user: 'worker', cacheName: 'cache', isServerless: false, credentials };
  const made = (change: object = {}) => elastiCacheSignIn({ ...expected, region: 'eu-west-1', ...change })();

  test('is taken where it is right', async () => {
    const { password } = await made();
    expect(() => checkElastiCacheToken(password, expected)).not.toThrow();
  });

  test.each([
    ['of another user', { user: 'invoker' }],
    ['of another cache', { cacheName: 'other' }],
    ['of another kind of cache', { isServerless: true }],
    ['for another region', { region: 'us-east-1' }],
    ['with another secret', { credentials: { ...credentials, secretAccessKey: 'other' } }],
    ['without the session', { credentials: { accessKeyId: 'EMU', secretAccessKey: 'secret' } }],
  ])('is refused: %s', async (_, change) => {
    const { password } = await made(change);
    expect(() => checkElastiCacheToken(password, expected)).toThrow();
  });

  test('is refused where it is old, altered, or none', async () => {
    const { password } = await made();
    expect(() => checkElastiCacheToken('password', expected)).toThrow();
    expect(() => checkElastiCacheToken(password.replace('X-Amz-Expires=900', 'X-Amz-Expires=800'), expected)).toThrow('not that of the request');
    const now = Date.now() + 901_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    expect(() => checkElastiCacheToken(password, expected)).toThrow('expired');
    clock.mockRestore();
  });
});

describe('Answers to API Gateway', () => {
  const zeros = '\0'.repeat(8);

  test('begin with a head and eight zero bytes where they are streamed', () => {
    const text = Buffer.from(`{"statusCode":201,"headers":{"a":"b"},"cookies":["c=d"]}${zeros}body`);
    expect(readStreamHead(text.subarray(0, text.length - 6))).toBeNull();
    expect(readStreamHead(text)).toEqual({ head: { statusCode: 201, headers: { a: 'b', 'set-cookie': ['c=d'] } }, rest: Buffer.from('body') });
  });

  test.each([[`no JSON${zeros}`], [`{"statusCode":"x"}${zeros}`], ['x'.repeat(20_000)]])('are refused where they begin otherwise', (text) => {
    expect(() => readStreamHead(Buffer.from(text))).toThrow();
  });

  test('are objects with a status and a body where they are awaited', () => {
    expect(readBuffered(Buffer.from('{"statusCode":200,"body":"Ynll","isBase64Encoded":true}'))).toMatchObject({ head: { statusCode: 200 }, body: Buffer.from('bye') });
    expect(() => readBuffered(Buffer.from('"text"'))).toThrow();
    expect(() => readBuffered(Buffer.from('{"body":{}}'))).toThrow();
  });
});

test('the first command of a Redis client is read once it is complete', () => {
  const bytes = Buffer.from('*3\r\n$4\r\nAUTH\r\n$7\r\nwörk\r\n\r\n$1\r\np\r\n*1\r\n');
  const complete = bytes.indexOf('*1');
  expect(firstCommand(bytes.subarray(0, complete - 1))).toBeNull();
  expect(firstCommand(bytes)).toEqual(['AUTH', 'wörk\r\n', 'p']);
  expect(firstCommand(Buffer.from('PING\r\n'))).toEqual(['PING']);
});
