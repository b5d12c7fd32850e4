import path from 'node:path';
import { ExecutionEnvironment } from './execution-environment';
import { fixtureFunction } from './fixture-functions';

test('an answer is over when it has ended, though its runtime asks for the next event before', async () => {
  const environment = await ExecutionEnvironment.start(
    fixtureFunction('index.stream'),
    (runtimeApi) => ({ command: process.execPath, args: [path.join(__dirname, 'fixtures/hasty-runtime.cjs')], cwd: __dirname, environment: { AWS_LAMBDA_RUNTIME_API: runtimeApi }, remove: () => {} }),
    {},
  );
  try {
    const { error, body } = await environment.invoke(Buffer.from('{}'));
    expect([error?.errorType, body.toString()]).toEqual(['RangeError', 'one\ntwo\n']);
  } finally {
    await environment.stop();
  }
});
