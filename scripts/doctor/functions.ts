import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { askAws } from './ask-aws';
import { those, verdictOn } from './finding';
import type { Verdict } from './finding';

/** Whether a function can be invoked, and has the code that was deployed last. */
export async function examineFunction(region: string, name: string): Promise<Verdict> {
  const client = new LambdaClient({ region });
  const resource = `function ${name}`;
  const found = await askAws(client.send(new GetFunctionConfigurationCommand({ FunctionName: name })), { permission: 'lambda:GetFunctionConfiguration', resource });
  const { State: state = 'unknown', LastUpdateStatus: update = 'unknown', LoggingConfig: logging, Layers: layers = [] } = found;
  return verdictOn(resource, `is active and up to date; its log is ${logging?.LogGroup ?? `/aws/lambda/${name}`}`, {
    failures: those(
      [!['Active', 'Inactive', 'Pending'].includes(state), `is ${state} (${found.StateReason ?? 'no reason given'}): remove the cause and deploy again`],
      [update === 'Failed', `was not updated (${found.LastUpdateStatusReason ?? 'no reason given'}): remove the cause and deploy again`],
      [layers.length === 0, 'has no layer, so its packages are missing: deploy again'],
    ),
    doubts: those(
      [state === 'Inactive', 'is inactive, as functions are that nobody called for weeks: the first call wakes it, and fails'],
      [state === 'Pending', 'is being created: ask again in a minute'],
      [update === 'InProgress', 'is being updated: ask again in a minute'],
    ),
  });
}
