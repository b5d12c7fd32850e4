import { execFile } from 'node:child_process';
import path from 'node:path';
import { readSettings } from '../../lib/read-settings';
import { AccountError } from '../../scripts/deploy/account';
import type { Aws } from '../../scripts/deploy/account';
import { deploy, destroy, diff, synth } from '../../scripts/deploy/run';
import type { Tools } from '../../scripts/deploy/run';

const settings = readSettings('demo', { keepData: false, datasets: { ownBucket: true } });

function tools(aws: Partial<Aws> = {}, succeeds: (args: readonly string[]) => boolean = () => true) {
  const ran: string[] = [];
  const printed: string[] = [];
  const built: Tools = {
    cdk: (args) => { ran.push(args.join(' ')); return succeeds(args); },
    print: (line) => printed.push(line),
    aws: {
      account: () => Promise.resolve({ account: '111122223333', region: 'eu-west-1' }),
      isBootstrapped: () => Promise.resolve(true),
      outputs: () => Promise.resolve({ ApiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/v1/', CallerPolicyArn: 'arn:aws:iam::111122223333:policy/caller' }),
      ...aws,
    },
  };
  return { ...built, ran, printed };
}

test('deploys all stacks of the environment, and prints the address and a first command', async () => {
  const { ran, printed, ...rest } = tools();
  await deploy(settings, rest);
  expect(ran).toEqual(['deploy --all --require-approval never --context env=demo --output cdk.out/demo']);
  expect(printed.join('\n')).toContain('npx frocket list --api https://abc.execute-api.eu-west-1.amazonaws.com/v1/');
  expect(printed.join('\n')).toContain('arn:aws:iam::111122223333:policy/caller');
  expect(printed.join('\n')).toContain('npx frocket doctor --env demo');
});

test('bootstraps an account that is not, before it deploys', async () => {
  const { ran, ...rest } = tools({ isBootstrapped: () => Promise.resolve(false) });
  await deploy(settings, rest);
  expect(ran.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['bootstrap aws://111122223333/eu-west-1', 'deploy --all']);
});

test('does nothing without credentials', async () => {
  const { ran, ...rest } = tools({ account: () => Promise.reject(new AccountError('No usable AWS credentials')) });
  for (const command of [deploy, diff, destroy]) {
    await expect(command(settings, rest)).rejects.toThrow('No usable AWS credentials');
  }
  expect(ran).toEqual([]);
});

test('a failure of the CDK fails the command', async () => {
  const { ran, printed, ...rest } = tools({}, () => false);
  await expect(deploy(settings, rest)).rejects.toThrow('Deployment failed');
  await expect(destroy(settings, rest)).rejects.toThrow('Removal failed');
  expect(() => synth(settings, rest)).toThrow('Synthesis failed');
  expect(ran).toHaveLength(3);
  expect(printed.join('\n')).not.toContain('Try:');
});

test('says before removal what stays', async () => {
  const { ran, printed, ...rest } = tools();
  await destroy(settings, rest);
  await destroy(readSettings('live', { datasets: { ownBucket: true } }), rest);
  expect(ran).toHaveLength(2);
  expect(printed[0]).toContain('Nothing stays');
  expect(printed[1]).toContain('frocket-live-datastore is protected');
});

test.each([
  [['deploy', '--env', 'nowhere'], "There is no environment 'nowhere'"],
  [['fly'], "There is no command 'fly'"],
  [['deploy'], 'No usable AWS credentials'],
])('from outside, `%p` fails with a message', async (args, message) => {
  const root = path.resolve(__dirname, '../..');
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true' };
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'scripts/deploy/main.ts', ...args], { cwd: root, env }, (error, _, output) => resolve({ code: error?.code, stderr: output }));
  });
  expect(stderr).toContain(message);
  expect(code).toBe(1);
});
