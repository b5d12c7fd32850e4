import { frocket } from './run-frocket';

const commands = ['register', 'list', 'schema', 'parts', 'run', 'unregister', 'serve', 'worker', 'sample', 'doctor'];

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

test('the main help names each command, first steps and the exit codes', async () => {
  const { code, stdout } = await frocket(['--help']);
  expect(code).toBe(0);
  commands.forEach((command) => expect(stdout).toMatch(new RegExp(`^  ${command} +[A-Z]`, 'm')));
  expect(stdout).toContain('First steps:');
  expect(stdout).toMatch(/Exit codes:\n {2}0 {2}done/);
  expect(widest(stdout)).toBeLessThanOrEqual(80);
});

test.each(commands)('the help of %s has examples, and fits into 80 columns', async (command) => {
  const { code, stdout } = await frocket([command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: frocket ${command}`);
  expect(stdout).toMatch(new RegExp(`Examples:\\n {2}\\$ npx frocket ${command}`));
  expect(widest(stdout)).toBeLessThanOrEqual(80);
});

test('without a command the help is shown, with the code of wrong use', async () => {
  const { code, stdout, stderr } = await frocket([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('First steps:');
});

test('the help works from another folder', async () => {
  expect((await frocket(['run', '--help'], { cwd: '/' })).stdout).toContain('--string');
});
